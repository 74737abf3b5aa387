"""Words of addresses in the languages of Europe, and words that are no part of a name; written by hand for this project."""

from __future__ import annotations


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


STREETS = _split(
    """
    strasse str weg platz gasse allee ring ufer damm chaussee steig markt
    rue avenue av ave boulevard bd bvd chemin allee impasse quai place route cours passage square faubourg sentier ruelle
    via viale piazza corso vicolo contrada borgo largo strada rotonda piazzale incrocio lungomare salita
    calle c avenida avda plaza paseo camino carrer ronda glorieta pasaje cuesta callejon alameda via acceso urbanizacion vial
    pasadizo
    rua travessa praca alameda estrada beco av largo calcada
    straat laan plein gracht kade singel dreef steenweg hof baan lei pad
    gade vej alle stræde straede plads torv vaenget
    gatan gata vagen vag stigen torget grand
    katu tie polku kuja kaari raitti
    ulica ul aleja al plac osiedle os rondo trg cesta namestie namesti trida ulice nabrezi sady pot prilaz setaliste put obala
    avenija
    utca u ut ter korut fasor koz tere sor setany rakpart
    bulevardul bd bdul drumul fundatura prelungirea aleea calea str soseaua splaiul intrarea piata
    ulitsa bulvar ул улица бул булевард площад пл ж.к жк проспект
    οδος οδου λεωφορος λεωφ λ πλατεια πλ παροδος
    iela prospekts laukums bulvaris gatve g pr aleja a
    tanav tn tee pst puiestee maantee mnt
    triq vjal sqaq pjazza misrah
    street st road rd lane ln drive dr court ct terrace close crescent way highway hwy parkway pkwy mews grove walk row gardens
    heights
    mount hill meadow meadows park view views fords manor ports plains ridge square sq loop trail trace turnpike tunnel vista
    valley crossing
    green orchard causeway bypass path plaza apt suite
    """
)
SUFFIXES = _split(
    """
    alley annex arcade bayou beach bend bluff bluffs bottom branch bridge brook brooks burg burgs bypass camp canyon cape causeway
    center centers
    cliff cliffs club common corner corners cove coves creek crest crossroad curve dale dam divide estate estates expressway
    extension extensions
    falls ferry field fields flat flats ford fords forest forge forges fork forks fort freeway garden gardens gateway glen glens
    greens groves
    harbor harbors haven hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes land landing
    light lights lock
    locks lodge mall meadows mill mills mission motorway mountain mountains neck orchard oval overpass parks parkways pass passage
    pike pine
    pines plain plains point points port ports prairie radial ramp ranch rapid rapids rest ridge ridges river roads route row run
    shoal shoals shore
    shores skyway spring springs spur spurs squares station stravenue stream streets summit throughway track trafficway trail
    underpass union
    unions valley valleys via viaduct view views village villages ville vista walks wall way ways well wells manors
    """
)
"""How the second part of a street is called in the United States (USPS Publication 28); told from goods by the number in front."""

STREET_ENDINGS = tuple(
    """
    strasse str weg platz gasse allee ring ufer damm steig straat laan plein gracht kade singel dreef steenweg hof baan pad
    gade vej vaenget gatan vagen stigen katu tie polku kuja kaari tanav ova eva ska cka skeho ickeho ovych iela gatve street
    road utca utja markt straede torget backen prospekt
    boulevard bulevardi veien vegen gata bakken svingen stien kroken lia berget haugen vollen tunet bredden pfad winkel graben
    vicinale katuja rinne portti
    """.split()
)
TOWNS = _split("san sant santa saint sainte sankt villanova castel castelnuovo castelfranco bad sur sous lez am bei")
"""Words that stand in names of towns and seldom in those of people."""

UNITS = _split(
    """
    kg g mg ml l cl cm mm km m2 w kw v mah gb mb tb ghz mhz inch pack set pcs stk stuck version v. model series size
    x order invoice item product room chapter page version build release lot batch ticket case gate flight class level line step
    """
)
CLOSED = _split(
    """
    gmbh ag kg ohg ug se ltd limited plc llc inc corp corporation company co sa sas sarl srl spa nv bv bvba vof as asa ab oy oyj
    aps sro spol
    a.s zrt kft bt nyrt doo dd ood eood ad ead sia uab ou sp zoo pllc lp llp group groupe gruppe holding holdings sons associates
    partners
    services solutions systems technologies industries international global consulting media capital ventures bank insurance
    university college universidad universite universitat universita universidade universitet uniwersytet univerzita univerza
    sveuciliste yliopisto egyetem universiteit universitatea universitate universitetas ulikool hochschule institut instituto
    istituto
    instytut ecole escuela scuola escola schule skola szkola koulu iskola πανεπιστημιο университет
    krankenhaus klinik hopital hospital ospedale szpital nemocnice ziekenhuis sjukhus sygehus sairaala korhaz spital bolnica
    banque banca banco bankas pank sparkasse
    school hospital institute foundation association club hotel restaurant store shop street road avenue rue strasse via plaza
    park river lake
    mount island beach bay city county province state republic north south east west airport station
    manager engineer director officer assistant analyst developer designer consultant specialist technician administrator supervisor
    coordinator representative clerk accountant nurse teacher therapist scientist programmer editor surgeon chair table lamp sofa
    desk shirt shoes
    jacket phone laptop monitor keyboard cable case bottle cup plate oil cream soap ville town burgh the and und et och og en for
    with from department dept team unit
    """
)
NOT_NAMES = _split(
    """
    january february march april may june july august september october november december monday tuesday wednesday thursday friday
    saturday
    sunday januar februar marz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag janvier
    fevrier mars
    avril juin juillet aout octobre decembre lundi mardi mercredi jeudi vendredi samedi dimanche enero febrero marzo abril mayo
    junio julio agosto
    red blue green black white brown grey gray pink gold silver yellow orange purple violet olive navy teal amber indigo scarlet
    crimson cyan
    magenta beige ivory coral lime maroon tan khaki lavender turquoise azure rose ruby jade pearl rot blau grun schwarz weiss
    braun grau rosa
    germany france italy spain portugal austria belgium netherlands holland denmark sweden norway finland poland england scotland
    ireland wales
    greece hungary romania bulgaria croatia slovenia slovakia czechia estonia latvia lithuania malta cyprus luxembourg switzerland
    china india
    japan brazil canada mexico israel jordan chad georgia cuba europe asia africa america american german french english dutch
    polish irish
    berlin paris london rome madrid vienna hamburg munich lyon milan florence venice sydney victoria austin dallas houston jackson
    madison
    lincoln phoenix denver boston chicago york orlando charlotte savannah carolina virginia dakota montana nevada alexandria
    lisbon lisboa porto
    valencia sevilla barcelona granada cordoba toledo nice nantes marseille bordeaux siena verona genoa bologna turin koln bonn
    bremen dresden
    prague warsaw budapest athens dublin oslo stockholm helsinki amsterdam rotterdam brussels antwerp geneva basel zurich bern
    small medium large high low open closed new old young true false yes no none pending shipped active inactive standard premium
    basic gold
    long short sharp strong power price stock bond cash card bill rush savage case page field wood stone rock sand bush rice bean
    pepper ginger
    basil sage olive apple cherry berry peach lemon melon fig plum pear oak ash elm maple cedar birch pine linden fox wolf bear
    lion bull crane
    hawk swan bird fish salmon king prince duke sales marketing finance
    legal support research hr it operations email web mobile store online retail wholesale direct partner north south east west
    spring summer
    autumn winter day week month year night morning euro dollar pound franc mark lira peso real
    """
)
"""Words that are given names or surnames too, and mostly something else: never counted where a name stands alone."""
