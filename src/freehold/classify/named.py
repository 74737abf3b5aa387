"""What a column's name says in the languages of the union, as patterns over its words without case and marks.

A name seldom decides: see `Detector.named` and `Detector.by_name`.
"""

from __future__ import annotations

import re
import unicodedata

_LATIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe"}
)
_EDGES = re.compile(r"(?<=[a-zα-ωа-я0-9])(?=[A-ZΑ-ΩА-Я])|(?<=[A-ZΑ-ΩА-Я])(?=[A-ZΑ-ΩА-Я][a-zα-ωа-я])")
_LAST_SIGMA = re.compile(r"σ\b")
_NOT_WORD = re.compile(r"[\W_]+")


def said(name: str) -> str:
    """Return a name as words without case and marks, split at capitals and not, so that a pattern can find either.

    >>> said("Längengrad"), said("USt-IdNr")
    ('langengrad', 'u st id nr;ust idnr')
    """
    parts = unicodedata.normalize("NFKD", name.translate(_LATIN))
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    forms = (_NOT_WORD.sub(" ", form).strip().casefold() for form in (_EDGES.sub(" ", bare), bare))
    return _LAST_SIGMA.sub("ς", ";".join(dict.fromkeys(forms)))


EMAIL = r"\b(?:e ?mails?|mail|courriel|correo|correio|posta|sahkoposti|epost|eposta|el pasts|pastas)\b"
IBAN = r"\b(?:iban|account|konto\w*|compte|conto|cuenta|conta|rekening\w*|rachunek|ucet|tili\w*|szamla\w*|cont)\b"
CARD = r"\b(?:card|pan|credit|debit|karte\w*|kreditkarte\w*|carte|carta|tarjeta|cartao|kaart|karta|kort\w*|kortti\w*)\b"
MAC = r"\b(?:mac|hardware|hw addr\w*|bssid|eui)\b"
HOST = r"\b(?:ip|ips|ipv4|ipv6|host|remote addr\w*)\b"
PHONE = (
    r"\b(?:phones?|tel|telephone|telefon\w*|telefono|telefone|telefoon\w*|mobile|mobil\w*|mob|cell|cellphone|cellulare|movil"
    r"|telemovel|gsm|komorka|handy\w*|fax|msisdn|whatsapp|puhelin\w*|telefonszam|telefons|talrunis|τηλεφωνο|τηλ|κινητο|телефон|тел"
    r"|gsm)\b"
)
NAME = (
    r"\b(?:(?:first|last|full|given|family|middle|maiden|customer|client|person|contact|employee|patient|user|member"
    r"|driver|holder|account holder|card ?holder|beneficiary) ?names?"
    r"|names?|surname|forename|firstname|lastname|fullname|fname|lname|vorname|nachname|familienname|nom|prenom|cognome|nome"
    r"|nombres?|apellidos?\d?|apelido|naam|achternaam"
    r"|voornaam|navn|fornavn|etternavn|efternavn|namn|fornamn|efternamn|nimi|etunimi|sukunimi|imie|nazwisko|jmeno|prijmeni|meno"
    r"|priezvisko|ime|prezime|priimek|nev|vezeteknev|keresztnev|csaladnev|nume|prenume"
    r"|vards|uzvards|vardas|pavarde|eesnimi|perekonnanimi|ονομα|επωνυμο|ονοματεπωνυμο|име|фамилия)\b"
)
PERSON = (
    r"\b(?:(?:first|last|given|family|middle|maiden|employee|patient|driver|card ?holder) ?names?|surname|forename|fname|lname"
    r"|vorname|nachname"
    r"|familienname|prenom|nom (?:de )?famille|cognome|apellidos?\d?|apelido|achternaam|voornaam|fornavn|etternavn|efternavn"
    r"|fornamn"
    r"|efternamn|etunimi|sukunimi|imie|nazwisko|prijmeni|priezvisko|prezime|priimek|vezeteknev|keresztnev|csaladnev|prenume"
    r"|uzvards|pavarde|eesnimi|perekonnanimi|επωνυμο|ονοματεπωνυμο|фамилия)\b"
)
"""Names that mean names of people and nothing else."""

ADDRESS = (
    r"\b(?:address\w*|street|addr\d?|adresse\w*|strasse\w*|str|anschrift|rue|indirizzo|direccion|calle|domicilio|morada|rua|adres"
    r"|straat"
    r"|gade|gata|gatuadress|osoite|katuosoite|ulica|ulice|cim|lakcim|utca|adresa|strada|adrese|iela|adresas|gatve|aadress|tanav"
    r"|διευθυνση|οδος|адрес|улица)\b"
)
BIRTH = (
    r"\b(?:birth\w*|born|dob|geb|gebdat\w*|gebtag|geburt\w*|geboren|naissance|naiss|nascita|nasc|nascimento|nacimiento|nac"
    r"|geboorte\w*|fodsels?\w*|fodt|fodelse\w*|syntyma\w*|urodz\w*|ur|narozen\w*|narodenia|rodenja|rodjenja|rojst\w*|szulet\w*"
    r"|nasterii|nastere|dzimsanas|gimimo|sunni\w*|twelid|γεννησ\w*|ражда\w*|рожд\w*|роден\w*)\b"
)
PASSPORT = (
    r"\b(?:passports?|passportno|pass ?(?:no|nr|num\w*)|passnummer|reisepass\w*|passeport|passaporto|pasaporte|passaporte"
    r"|paspoort\w*"
    r"|pas|pasu|paszport\w*|passi|passinumero|passinumber|utlevel\w*|pasaport\w*|pases?|paso|putovnic\w*|potni list"
    r"|travel doc\w*|διαβατηρι\w*|паспорт\w*)\b"
)
LICENCE = (
    r"\b(?:driv(?:ing|ers?|er s) ?licen[cs]e\w*|driver ?licen[cs]e\w*|dl (?:no|num\w*)|fuhrerschein\w*|permis(?: de)? conduire"
    r"|permiso(?: de)? conducir|carnet(?: de)? conducir|carta(?: de)? conducao|patente(?: di)? guida|rijbewijs\w*|prawo jazdy"
    r"|prawa jazdy|korkort\w*|forerkort\w*|korekort\w*|ajokort\w*|ridicsky prukaz|vodicsky preukaz|vozacka dozvola"
    r"|vozniska dovoljenja|permis auto|jogositvany\w*)\b"
)
IDENTITY_CARD = (
    r"\b(?:id(?:entity)? ?card\w*|national id(?:entity)?(?: card)?(?: ?(?:no|nr|number))?|personalausweis\w*|ausweis\w*"
    r"|dowod\w*|carte(?: nationale)?(?: d)? identite|cni|carta(?: d)? identita"
    r"|documento(?: de)? identidad|identiteitskaart\w*|obciansky preukaz|obcansky prukaz|cislo op|osobna iskaznica"
    r"|szemelyi(?: ig\w*)?|carte de identitate|αριθμος ταυτοτητας|ταυτοτητα\w*|adt|αδτ|лична карта)\b"
)
WHERE = (
    r"\b(?:lat|latitude|lon|lng|longitude|geo|gps|coords?|coordinat\w*|koordinat\w*|latitud|latitudine|longitud|longitudine"
    r"|breitengrad|langengrad|breedtegraad|lengtegraad|szerokosc(?: geo\w*)?|dlugosc(?: geo\w*)|breddgrad|langdgrad"
    r"|breddegrad|laengdegrad|lengdegrad|leveysaste|pituusaste|zemepisna (?:sirka|delka|dlzka)|γεωγραφικο \w+|szelesseg"
    r"|hosszusag)\b|\blong(?=;|$)"
)
VAT = (
    r"\b(?:vat|vat ?(?:id|no|nr|num\w*|code)|ust|u st|ustid\w*|umsatzsteuer\w*|uid|tva|iva|btw\w*|partita iva|p iva|piva|nip"
    r"|moms\w*"
    r"|cif|cui|pvn|pvm|dph|dic|ic dph|kmkr|alv|afa|ddv|pdv|afm|αφμ|ддс|tax (?:id|number|no)|adoszam|tvq|ean nif)\b"
)
NATIONAL = (
    r"\b(?:ssn|nin|nino|national (?:id|number|identifier|insurance)|identity|id (?:card|number)|personal (?:id|code|number"
    r"|identity)"
    r"|social security|insurance (?:number|no)|tax (?:id|number|no)|tin|nhs\w*|pesel|cnp|bsn|egn|oib|emso|hetu|cpr|pps|nif|nie|dni"
    r"|nir|nuss|amka|afm|αφμ|αμκα|εгн|егн|taj|rodne cislo|codice fiscale|personnummer|isikukood|asmens kodas|personas kods"
    r"|steuer ?id\w*|idnr|rvnr|nrn"
    r"|rijksregister\w*|fodselsnummer|kennitala|davcna\w*|adoazonosito\w*)\b"
)
IDENTIFIER = (
    r"\b(?:ssn|nino|national insurance|ni number|social security|nhs(?: ?(?:no|nr|num\w*|number))?|nhsno|pesel\w*|cnp|bsn\w*|egn"
    r"|егн|oib|emso|hetu"
    r"|henkilotunnus|cpr\w*|ppsn?|dni|nie|nir|nuss|num secu\w*|numero (?:de )?secu\w*|secu|seguridad social|amka|αμκα"
    r"|taj\w*|tajszam|rodne cislo|rc|codice fiscale|codfis\w*|personnummer\w*|personnr|isikukood|asmens kodas|personas kods"
    r"|steuer ?id\w*|steueridentifikation\w*|rentenversicherung\w*|sozialversicherung\w*|svnr|svnummer|ahv\w*|rijksregister\w*"
    r"|niss|insz"
    r"|fodselsnummer\w*|matricule national|karta tal id)\b"
)
"""Names that mean a national identifier and nothing else: what has its shape is one there, even without a check digit."""

OTHER_THAN_PEOPLE = (
    r"\b(?:city|cities|town|village|ort|stadt|ville|commune|citta|comune|ciudad|municipio|cidade|localidade|gemeente|plaats|miasto"
    r"|miejscowosc|mesto|obec|stad|kommune|kommun|kunta|kaupunki|varos|oras|grad|pilseta|miestas|linn|πολη|град"
    r"|country|land|pays|paese|pais|kraj|region|province|county|state|airport|station"
    r"|brand|marke|marque|marca|merk|marka|product\w*|produkt\w*|produit|prodotto|producto|article|artikel\w*|item|goods|model"
    r"|make|title"
    r"|event|software|application|app|song|album|film|movie|book|ship|vessel|wine|colou?r|farbe|department|abteilung|status"
    r"|category)\b"
)
"""Names of columns whose values are called like people and are none: single given names and surnames are nothing there."""

OTHER_THAN_BIRTH = (
    r"\b(?:found\w*|establish\w*|incorporat\w*|releas\w*|publish\w*|publication|hire\w*|join\w*|employ\w*|start\w*|begin\w*|end"
    r"|ends|expir\w*"
    r"|valid|until|creat\w*|updat\w*|modif\w*|order\w*|invoice\w*|due|paid|payment|deliver\w*|ship\w*|purchas\w*|regist\w*|open\w*"
    r"|clos\w*|built|construct\w*|manufactur\w*|launch\w*|issued?|effective|event|transaction|gegrundet|grundung\w*|baujahr"
    r"|creation|fondation|fondazione|fundacion|zalozen\w*)\b"
)
"""Names of columns whose dates are of something else than a birth, however long ago."""
