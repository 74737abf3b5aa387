"""A node as a process: it says when it is ready, speaks TLS, and ends cleanly."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from freehold.errors import SettingInvalid
from freehold.gateway.serve import free_port, serve
from freehold.wiring.node import build_node

SMALL = "select count(*) as n from customer.customer_360"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  (a certificate must be valid now)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return pem, private


def test_a_node_with_a_certificate_speaks_tls_alone(
    lay_mesh: Any, make_mesh: Any, serve_node: Any, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    pem, key = certificate
    settings = msgspec.structs.replace(lay_mesh(tmp_path / "mesh", make_mesh()), certificate=pem, key=key)
    with serve_node(settings, verify=ssl.create_default_context(cafile=pem)) as site:
        assert site.url.startswith("https://")
        assert site.ask(SMALL).json()["data"] == [{"n": 100}]
        with pytest.raises(httpx.TransportError):
            httpx.get(site.url.replace("https", "http") + "/healthz", trust_env=False)


def test_a_certificate_that_cannot_be_read_is_a_setting_to_mend(lay_mesh: Any, make_mesh: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("nothing")
    settings = msgspec.structs.replace(lay_mesh(tmp_path / "mesh", make_mesh()), certificate=bad, key=bad)
    node = build_node(settings)
    with pytest.raises(SettingInvalid, match="certificate"):
        serve(node, port=0, on_ready=lambda _: pytest.fail("it must not serve"))
    node.close()


def test_a_port_that_is_taken_is_a_setting_to_mend() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingInvalid, match="another program has it"):
        free_port("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "port", "option"),
    [("203.0.113.1", 0, "--host"), ("127.0.0.1", 70_000, "--port"), ("no.such.host.invalid", 0, "--host")],
)
def test_an_address_that_is_none_of_this_machine_is_the_setting_to_mend(host: str, port: int, option: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        free_port(host, port)
    assert f"`{option}`" in str(refused.value.remedy)


SCRIPT = """
import sys
from contextlib import closing
from pathlib import Path
from freehold.gateway.serve import serve
from freehold.model.place import Mode
from freehold.wiring.clock import SystemClock
from freehold.wiring.identity import open_development_issuer
from freehold.wiring.node import build_node
from freehold.wiring.settings import Settings
import json
settings = Settings(folder=Path(sys.argv[1]), mode=Mode.DEVELOPMENT)
with closing(build_node(settings)) as node:
    token = open_development_issuer(settings, SystemClock()).mint("app", domain="sales", region="westeurope")
    serve(node, port=0, on_ready=lambda up: print(json.dumps({"url": up.url, "token": token}), flush=True))
print("closed", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_node_cleanly_and_it_starts_again(lay_mesh: Any, make_mesh: Any, tmp_path: Path, number: int) -> None:
    settings = lay_mesh(tmp_path / "mesh", make_mesh())
    leaves: list[int] = []
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(settings.folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            up = json.loads(process.stdout.readline())
            headers = {"Authorization": f"Bearer {up['token']}"}
            answer = httpx.post(f"{up['url']}/v1/query", json={"sql": SMALL}, headers=headers, trust_env=False)
            leaves.append(int(answer.headers["freehold-leaf"]))
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out.strip(), err) == (0, "closed", "")
    assert leaves[1] > leaves[0]


def test_what_is_under_way_is_finished_before_the_end(lay_mesh: Any, make_mesh: Any, serve_node: Any, tmp_path: Path) -> None:
    answers: list[httpx.Response] = []
    with serve_node(lay_mesh(tmp_path / "mesh", make_mesh())) as site:
        slow = "select count(*) as n from customer.events a join customer.events b on a.id % 500 = b.id % 500"

        def ask() -> None:
            headers = site.headers()
            answers.append(httpx.post(f"{site.url}/v1/query", json={"sql": slow}, headers=headers, trust_env=False, timeout=20))

        asking = threading.Thread(target=ask)
        asking.start()
        slots = site.node.gate._slots  # pyright: ignore[reportPrivateUsage]
        ends = time.monotonic() + 5
        while slots._value == slots._initial_value and time.monotonic() < ends and not answers:
            time.sleep(0.002)
    asking.join()
    assert answers[0].json()["data"] == [{"n": 120_000 * 240}]


def test_two_nodes_do_not_take_the_same_port(site: Any) -> None:
    with pytest.raises(SettingInvalid):
        free_port("127.0.0.1", urlsplit(site.url).port or 0)


def test_a_query_that_does_not_end_in_time_is_stopped_with_the_node(
    lay_mesh: Any, make_mesh: Any, serve_node: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.gateway.serve.GRACE", 0.3)
    answers: list[httpx.Response] = []
    with serve_node(lay_mesh(tmp_path / "mesh", make_mesh())) as site:
        endless = "select count(*) as n from customer.events a join customer.events b on a.amount + 1 > b.amount"

        def ask() -> None:
            headers = site.headers()
            answers.append(httpx.post(f"{site.url}/v1/query", json={"sql": endless}, headers=headers, trust_env=False, timeout=20))

        asking = threading.Thread(target=ask)
        asking.start()
        slots = site.node.gate._slots
        while slots._value == slots._initial_value:
            time.sleep(0.002)
    asking.join()
    assert answers[0].json()["code"] == "query-cancelled"
