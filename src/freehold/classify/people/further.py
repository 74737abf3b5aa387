"""More given names and surnames of the languages of Europe, where the first lists were thin; written by hand, as those were."""

from __future__ import annotations

GIVEN = """
aksel albin alma alva amalie anders andrine ane anette anita anne-lise ansgar arvid asbjørn ask asta astrid aud bente bertil
birger birgit birgitte birk bjarne bjørg bjørn bo bodil børge camilla carl-erik caspar cecilie ebba eigil eilif einar eirik
elias ellinor else elvira embla emilie erland erling esben eskil even finn folke fredrik frida frode gerda geir gro gunhild gunn
gunnar gunvor gustaf guro halvor hanne harald hedda hege helge helle henning henny hilma hjalmar håkon håvard idun inga ingeborg
ingela inger ingolf ingrid ingvar ingvild iselin ivar jannik jarl jarle jens-peter jeppe jesper johan jon jonna jorunn jytte
jørgen jörgen kaare kai kaja karen karianne karsten kasper kirsten kjartan kjersti kjetil knud knut kristoffer lasse laila leif
liv lone louise lova ludvig lærke magnhild magni maiken maja malene malin maren margrethe margareta marius mathias merete mette
mikkel mogens morten måns nanna niels nora odd oddvar ola olaug olav olve oscar othilia ottar øystein øyvind peder pernille pia
poul preben ragna ragnhild ragnvald randi rasmus reidar rikke roald roar rolf rune rut sander selma signe sigrid sigurd sigve
silje simen sindre siri siv sixten sofus solveig stein steinar stian stig sunniva svein svend svante sverre synnøve tage terje
thea thor thorbjørn thorvald thyra tone tonje tor torben torbjörn tord tore torgeir torgny torhild torill torkel torstein torunn
trine trond trude trygve tuva tyra ulla ulrik une unni vebjørn vegard verner vibeke vidar vigdis viggo viktor vilde villads
vilma yngve yrsa åge åke åsa åse åshild ørjan afonso albertina albino alcides alda amadeu amélia amílcar anabela aníbal arlindo
armanda armindo artur áurea aurélio baltazar belmira benedita benvinda bernardino brígida cândida carlota cátia célia cidália
cláudia clotilde conceição constança custódia daniela delfim deolinda dinis domingos duarte dulce eduarda elói elsa estêvão
eulália eurico fátima fausto felisberto fernanda filomena firmino florbela francisca frederico gaspar gertrudes gonçalo graça
graciete guilhermina heitor hélder helena henriqueta herculano hermínia higino horácio idalina iolanda inácio isaura ivone
jacinta joaquim joaquina jordão jorge judite júlia justino lara laurinda leandro leonel leonor libânia lídia lúcia ludovina luís
lurdes madalena mafalda manuel marçal margarida mariana marília martim matilde maurício micaela miguel moisés natércia nelson
noémia norberto nuno octávio odete olinda ondina orlando palmira patrícia piedade querubim quitéria rafaela raul raquel
ricardina rogério romeu rosário rui salomé salvador sandra santiago sérgio silvestre simão susana tadeu tânia telma telmo
teodoro tiago tomás urbano valter vasco verónica vicente virgílio vitória xénia zulmira αγγελική αγλαΐα αδαμάντιος αθανασία
αθανάσιος αθηνά αικατερίνη αλέξανδρος αλεξάνδρα αλίκη αμαλία ανάργυρος αναστασία αναστάσιος ανδρέας ανδριάνα ανθή ανθούλα
αντιγόνη αντώνιος αντωνία απόστολος αργύριος αργυρώ αρετή αριάδνη αρίστος αριστείδης αρτεμισία ασημίνα ασπασία αφροδίτη αχιλλέας
βαγγέλης βάιος βαρβάρα βασιλεία βασίλειος βασίλης βασιλική βασιλίσκη βενετία βίκτωρ βλάσιος γαλάτεια γαβριήλ γαρυφαλλιά
γεράσιμος γεωργία γεώργιος γιάννης γιώργος γλυκερία γρηγόριος δάφνη δέσποινα δήμητρα δημήτριος δημήτρης δήμος διαμάντω
διαμαντούλα διονυσία διονύσιος δωροθέα ειρήνη ελένη ελευθερία ελευθέριος ελισάβετ ελπίδα εμμανουήλ ερασμία ερατώ ερμιόνη ερμής
ευαγγελία ευάγγελος ευανθία ευγενία ευγένιος ευδοκία ευθαλία ευθύμιος ευλαλία ευρυδίκη ευσταθία ευστάθιος ευστράτιος ευτέρπη
ευτυχία ευφροσύνη ζαχαρίας ζήσης ζωή ηλέκτρα ηλίας ηρακλής θαλής θαλασσινή θάλεια θεανώ θεμιστοκλής θεοδόσιος θεοδώρα θεόδωρος
θεοδοσία θεόκλητος θεόφιλος θεοφανία θωμάς θωμαΐς ιάκωβος ιάσονας ιγνάτιος ιερώνυμος ιουλία ιπποκράτης ισίδωρος ισμήνη ιφιγένεια
ιωακείμ ιωάννα ιωάννης ιωσήφ καλλιόπη καλλιρρόη κανέλλα καρολίνα κασσιανή κατερίνα κίμων κλειώ κλεοπάτρα κλεάνθης κορνηλία
κοσμάς κρυσταλλία κυριακή κυριάκος κωνσταντία κωνσταντίνα κωνσταντίνος κώστας λάζαρος λάμπρος λαμπρινή λεμονιά λεόντιος λεωνίδας
λουκάς λουκία λυδία λυκούργος μαγδαληνή μάγδα μάνθος μανουήλ μαργαρίτα μαρία μαριάνθη μαρίνα μάριος μάρθα μάρκος μαρουσώ
ματθαίος ματίνα μελίνα μελπομένη μενέλαος μερόπη μηνάς μιλτιάδης μιχαήλ μιχάλης μόσχα μυρσίνη μυρτώ ναπολέων ναυσικά νεκταρία
νεκτάριος νεοκλής νεφέλη νικηφόρος νίκη νικήτας νικόλαος νίκος νικολέτα ξανθή ξανθίππη ξένια ξενοφών οδυσσέας όλγα ορέστης
ουρανία παγώνα παναγιώτα παναγιώτης παντελής παρασκευή παρασκευάς παρθένα πασχάλης παύλος πελαγία περικλής περσεφόνη πέτρος
πηνελόπη πλάτων πολυξένη πολυχρόνης προκόπιος ραλλού ραφαήλ ρεβέκκα ρήγας ροδάνθη ροδόπη ρωξάνη σάββας σαπφώ σεβαστή σεραφείμ
σμαράγδα σοφία σοφοκλής σπυρίδων σπυριδούλα σπύρος στάθης σταματία σταμάτης στάμος στεργιανή στέργιος στέλιος στέλλα στεφανία
στέφανος στρατής στυλιανή στυλιανός συμεών σωκράτης σωτηρία σωτήριος τάσος τερψιχόρη τηλέμαχος τιμόθεος τιμολέων τριανταφυλλιά
τριαντάφυλλος τρύφων υπατία φαίδρα φανή φανούριος φερενίκη φίλιππος φλώρα φοίβος φραγκίσκος φρειδερίκη φωκίων φωτεινή φώτιος
χαράλαμπος χαρίκλεια χαρίλαος χάρις χριστίνα χριστόδουλος χρίστος χρήστος χριστόφορος χρυσάνθη χρυσούλα χρυσόστομος александър
александра алекси албена анастас анастасия ангел ангелина андрей анелия анета анна антон антоанета асен атанас атанаска благой
благовеста богдан богомил божидар божидара бойко бойка борис борислав борислава боян боряна бранимир валентин валентина валери
валерия ваня васил василка величка велислава венелин венета венцислав вера весела веселин веселина вероника виктор виктория
виолета владимир владислав вяра галин галина ганка генади георги гергана геновева гошо григор даниел даниела дарина деница
десислав десислава деян диана димитър димитрина димо добрин добринка добромир донка дора ева евгени евгения евелина екатерина
елена елица елка емил емилия живко жана захари здравка здравко златка златко зорница иван иванка ивайло ива ивелина ивета ивона
илиан илияна илия ирена ирина искра йордан йорданка йоана йовка калин калина калоян камелия камен катерина катя киро кирил
кирилка кольо константин красимир красимира кристина кристиян лазар лидия лилия лили лозан любен любка любомир любомира людмила
магдалена малина маргарита мария мариана мариан мариета марин марина мартин мая методи милен милена милка мила мира мирослав
мирослава митко михаил михаела младен момчил моника надежда надя недялка недялко нели николай николета никола нина огнян олга
орлин павел павлина панайот пенка пенчо петко петър петя пламен пламена полина поля радка радко радослав радослава радой рая
райна ралица рангел росен росица румен румяна руслан руси сава светла светлана светлин светослав севдалина силвия симеон симона
славка славчо снежана соня софия спас станислав станислава станимир стела стефан стефка стоил стоимен стоян стоянка страхил таня
татяна тереза теодор теодора тихомир тодор тодорка тони траян филип християн христина христо цанко цветан цветанка цветелина
цветомир цонка чавдар юлиан юлия явор яна янка яни янко ясен aleksandrs agnese aija aivars alise andris anita arnis arta artis
arvīds baiba dace daiga dainis diāna edgars edīte egils elīna elza ēriks ēvalds gatis gints gita guntars guntis gunta ieva ilga
ilmārs ilona ilze imants inese inga ingrīda ingus inta ints irēna ivars jānis jēkabs juris kaspars kārlis kristaps kristīne
laila laima laura lauris lāsma leonīds liene līga linards madara māra mārcis mareks mārīte māris mārtiņš mirdza modris normunds
oskars pēteris raimonds raivis ralfs rasma rihards rita roberts ruta rūta sandis santa sanita sarmīte signe sintija skaidrīte
solvita staņislavs tālis toms uldis valdis velta vija viesturs vilis vilma viktors vizma zane zenta zigmunds agnė aistė aldona
algimantas algirdas alma almantas andrius antanas arūnas asta audra audrius augustė aurelija aušra birutė bronius dainius daiva
dalia danguolė darius deividas dovilė edita eglė egidijus elena emilija ernestas gabija gediminas giedrė giedrius ginta gintaras
gintautas greta ieva ignas ilona indrė inga jolanta jonas jonė jovita juozas jūratė jurgis jurgita justas justina karolis
karolina kazimieras kęstutis kornelija kristina laima laimonas laura lina linas liudas loreta lukas mantas marija marius
martynas matas mindaugas milda monika nerijus neringa nijolė onutė paulius petras povilas ramūnas ramunė rasa regina renata
rimantas rima rita robertas rokas romas rūta sandra saulius sigita simona stasys sonata tadas tomas ugnė vaida vaidas valdas
vytautas vytenis vida vidas viktoras vilma vilija virginija vitalija žilvinas žydrūnas aivar ain aino aire andres anneli annika
anu arvo eda eha eero eevi elmar endel enn epp ene erki evi gert hannes heiki heino helle heli helju helve hilja ilmar imbi
indrek ilme jaak jaan jaanus joosep jüri kadri kaia kaido kaie kaja kalev kalle kalju kaupo kersti koit kristel kristi kristjan
külli laine lea leida leili lembit liia liina liis liisi linda maarika maie maili maire maire mall malle märt mart mati meelis
merike meeli milvi mihkel neeme olev peep piret priit raivo raili reet rein riho riina riin rita ruth sirje siiri siim silvi
taavi taimi tanel tarmo terje tiina tiit tiiu toivo toomas tõnu tõnis tõnn triin ülle ülo urmas uno uudo vaike vahur vallo veiko
veljo vello virve vaino
"""

SURNAMES = """
ábel ács almási antal babos bagi bajnok bakó bakos balla bálint balog balogh bán bánfi bánki baranyai bárány barna barta bartha
bartók bartos benedek bene berecz berkes berki bernáth bíró bodnár bódi bodor bognár bogdán boros borbély bozsó budai csáki
császár csepregi csonka csordás csizmadia dankó dávid deák dobos dombi dóczi dudás egyed elek erdélyi erdei erdős éles fábián
faragó farkas fazekas fehér fejes fekete ferenczi fodor forgács fülöp füredi füzesi gál garami gáspár gazdag gergely gombos
gönczi gulyás győri gyulai hajdu hajdú hajnal halász halmos hamar hegedüs hegedűs hegyi herczeg hollósi hornyák horváth huszár
illés jakab jámbor jenei jónás juhász kádár kálmán kántor kardos karsai kárpáti kelemen kerekes kertész kerékgyártó király kis
kiss kocsis kollár kondor kónya kontra koós kormos kovács kővári kozák kun kulcsár kurucz lakatos lantos lázár lengyel lévai
lőrincz lukács madarász magyar major makai márkus márton máté megyeri mester mészáros mezei mihály miklós mohácsi molnár morvai
müller nagy nádasdi nemes németh novák nyári oláh olajos orbán orosz orsós ország pál palotás pap papp pásztor pataki perényi
péter petrovics pintér polgár pócsi pongrácz rácz radics ráduly reményi répási révész rigó rózsa rostás sallai sándor sárközi
schmidt sebestyén sebők simon sipos somogyi soós sólyom sörös surányi süle szabó szalai szalay szántó szász szécsi szegedi
székely szekeres szentes szép szigeti szilágyi szilvási szirmai szőke szőllősi szűcs szűts szűr takács takáts tamás tar tárnok
tihanyi tóth török tömösközi udvardi ujvári urbán vadász vajda vámos váradi varga vas végh veres vida víg vincze virág vörös
zalai zámbó závodi zentai zsigmond zsoldos abate agostini albanese alfieri altieri amato ambrosini angelini antonelli arena
baldini baldo ballerini barbieri barone baroni barsotti basile bassi battaglia bellini belli benedetti benetti bernardi
bernardini berti bertoni bianchi bianco bianchini biagi bini bonetti bonfanti bonomi borghi borrelli bosco boschi brambilla
bruno brunelli bruni bucci calabrese camerini campana caputo capuano carbone cardinali carli carraro caruso casagrande casini
castelli catalano cattaneo cavalli cavallo ceccarelli cecchi celli ceriani cerri cesari chiesa cipriani cirillo coccia colella
colombo colonna conte conti coppola corsi cortese corti cosentino costa costantini costantino cristiani croce damiani danieli de
luca de santis deangelis delpiero dell'acqua deluca desantis diana donati donini esposito fabbri fabbro falcone fantini farina
fazio felici ferrante ferrara ferrari ferrario ferraro ferrero ferretti ferri filippi fini fiore fiorentino fontana forte
fortunato franceschi franchi franco franzoni frigerio fumagalli fusco gaggero galante galli gallo gambino garofalo gatti gatto
gelli genovese gentile germani gherardi giannini giglio giordano giorgi giuffrida giuliani gobbi grandi grassi grasso greco
grillo grimaldi grossi guarino guerra guerrini guidi iacono innocenti lanza leone leoni lisi locatelli lombardi lombardo longo
lorenzi lucchesi luciani lupi lupo maggi magnani magni mainardi mancini mancuso manfredi mantovani marangoni marchesi marchetti
marchi marconi mariani marini marino martinelli martini martino mascarello masi massaro mattioli mauri mauro mazza mazzoni
meloni merlo messina micheli milani minelli miele molinari molteni monaco montanari montalti monti morandi morelli moretti moro
morosini motta mura musso napoli nardi natale negri neri nicoletti nicolini nobile novelli oliva olivieri orlandi orlando
ottaviani pace pagani pagano pagnini palermo palma palmieri palumbo pandolfi paoletti papa parisi pasini pasqualini pastore
pavan pavesi pellegrini pellegrino pepe perrone perego perin petrelli piazza piccoli pini pinna piras pisani pizzi poli porta
pozzi prandi proietti pugliese quaranta raffaelli raimondi ranieri ravelli re reale ricci ricciardi righi rinaldi riva rizzi
rizzo rocca rocchi romagnoli romani romano romeo rosa rosati rossetti rossi rota ruggeri ruggiero russo sacchi sala salerno
salvatore salvi sanna santi santini santoro sartori savino scala scalise schiavone sechi serafini serra sforza silvestri
simonetti sorrentino spadaro spina spinelli stefani stella tarantino tedesco testa tomasi toscano trevisan turco ugolini urso
vaccaro valente valenti valentini vanni vecchi ventura venturi verdi vezzoli villa villani vinci viola vitale vitali vitiello
viviani volpe volpi zanella zanetti zanin zanini zanotti zappa zeni zito zoppi zorzi zucca aalbers akkerman appelman arends
baars bakker bakx barendse bastiaans beekman berends berkhout biemans bijl bleeker blok boer boersma bogaard bogaert bolt bont
boogaard boom boon borst bos bosch bosma bouma bouwman braam brand brandsma brink broekhuis brouwer brouwers bruin bruijn buijs
burger claassen coenen cornelissen cremers daalder dekker dekkers derks dijk dijkman dijkstra doorn dijkhuis driessen drost
duinen ebbers eijk elzinga engels evers feenstra fokker franken gelder gerrits gerritsen geurts goossens graaf groen groot
groothuis haan haas ham hartman heemskerk heerden heijden hendriks hendriksen hermans hermsen heuvel hoek hoekstra hoeve hoffman
hofman hoogland hopman horst houtman huisman huizinga jacobs jager jansen jansma janssen janssens jonge jongh jonker kamp
kappers karels kemper keizer kerkhof klaassen kleijn klein klomp kok koning koopman kooistra koster kramer kroon kruijf kuijper
kuiper kuipers laan lam lammers leeuw leeuwen lemmens lieshout linden loon luijten lubbers maas maassen martens meer meijer
meijers mertens meulen michels mol molenaar moerman mulder naber niessen nijland nijhuis noort nooij oosten otten peeters
pieters plas ploeg pol polman poot post postma prins pronk quist ramaker reijnders reinders rietveld rijk ritsema roelofs
romeijn roos rooij ruiter schaap schepers scholten schouten schipper schilder schrijver sijbrandij slot smeets smit smits
snijders spaan spijker spruijt stam steen stegeman sterk stoffels stolk swart teunissen terpstra timmer timmermans tromp tuin
vaan veen veenstra velden velde veldhuis verbeek verbruggen verhagen verheul verhoeven vermeer vermeulen verschuren versteeg
visscher visser vliet vlieger voogd vos vries vriens vroom wal wagenaar weijers werf wessels westra wever wiersma wijngaard
wilde willems willemsen wit wolters wouters zanden zee zijlstra zomer zwart ďurica adamec balog baláž balážik bartoš baran
barták beňo beneš bielik blaho bohuš brezina bukovský chovanec cibula danko daniš dubovský ďurko fabián ferko fedor filip gašpar
gajdoš gregor grňo hanák hanus hlaváč holub horňák horváth hric hruška hudák hudec húska ivan jakubík janík jurčo juhás kačmár
kalina kanis kapusta klimko kmeť kolár kollár koňa kopecký kováč kováčik kozák krajčí krajčír kráľ kráľovič kučera kubica kubík
kuchár kukučka lacko ladislav lesák lukáč macko madár majer maslo matejka matúš medveď mihálik mikula minárik mikuš mlynár
moravčík mráz mucha nagy novák oravec ondrej ondrejka orlík pavlík pavol pekár petráš petrík poliak polák pokorný púčik rak repa
roháč rusnák sabol sedlák sloboda slovák šimko šimon šimonič škoda sokol šoltés stanko straka šuster švec tkáč tomko tóth trnka
turčan uhrin urban vajda valent vanko varga vasiľ vlček vojtko vrabec žák zajac zeman zelenka zima žigo zvara aebi aeschbacher
affolter ammann amstutz arnold bär bachmann baumann baumgartner berger bieri bigler blaser bolliger bosshard brändle brunner
bucher bühler bühlmann burri burkhalter bürgi christen egger eggenberger egli erni ernst eugster fankhauser favre fässler feller
fischer flückiger frei frey friedli fuchs furrer gasser gerber gisler giger graf grob gut gysin haas häfliger hauser hess hofer
hofmann hofstetter huber hug hugentobler hürlimann imhof iseli jenni jost käser kaufmann keller kessler kistler knecht kohler
koch koller kunz küng kuhn kurz lang lehmann leu leuenberger lüscher lüthi lutz marti mathys maurer meier meister meyer michel
minder moser mühlemann müller nägeli näf niederberger nyffenegger odermatt peter pfister portmann ramseier rey rieder ritter
rohrer rossier roth röthlisberger rüegg rüfenacht ruf sägesser schär schaller scheidegger schenk scherrer schlatter schmid
schmidt schneider schnyder schoch schürch schuler schwarz senn siegenthaler sigrist sommer spycher stadelmann stalder stauffer
steffen steiger steiner stocker streit studer stucki sutter suter tanner thommen tobler trachsel vogel vogt von arx wagner
waldner walker walser wälti weber weibel wenger werner wicki widmer willi wirth wirz wittwer wüthrich wyss zaugg zbinden zehnder
zeller zimmerli zimmermann zingg zurbriggen zürcher zwahlen aubert berset bonvin bovet chappuis chevalley cuendet dubois dupraz
emery fornerod gaillard genoud gilliéron glauser grandjean guex guignard jaccard jaquet jeanneret joly junod magnin maillard
martinet matthey menoud mermod métrailler monnet monney moret morand mottier nicod pasche perrenoud perret perrin perroud piguet
pittet progin python racine rapin rochat rossel ruchat savary savoy vaucher vuilleumier vuille akelis baranauskas bielskis
bružas butkus česnauskas dambrauskas galdikas gaidys gudaitis jankauskas jonaitis jokubauskas kazlauskas kavaliauskas
krikščiūnas kubilius lukošius mažeika mickus navickas norkus petraitis petrauskas poška povilaitis račius rimkus sabonis
sakalauskas šimkus stankevičius stonkus urbonas vaičiulis vaitkus valančius vasiliauskas žukauskas žilinskas kairys bērziņš
kalniņš ozoliņš jansons liepiņš krūmiņš eglītis zariņš pētersons balodis kārkliņš vītols lācis roze krastiņš krievs vanags vilks
alksnis auziņš apinis apsītis bite ciparsons dombrovskis dreimanis dzenis endzelis freimanis gailis grīnbergs kļaviņš koks
kronbergs lapsa lapiņš līdums mežs mieriņš muižnieks niedra paegle paeglis podnieks priede purmals purviņš puriņš riekstiņš
rozītis rudzītis saulītis sproģis siliņš skuja strazdiņš stūris timma ulmanis upenieks vējš vētra zābers zālītis zvirbulis
zeltiņš ilves kask kukk kuusk lepik lepp liiv lind luik luts mägi mänd mets mölder moor muru nurk oja org ots paju palm parts
pärn pärtel põder põld press puusepp raag raud rebane reinsalu roos rosenberg saar salumäe sarapuu sepp sild soosaar tamm tammik
teder teras toom toome tomson uibo uus vaher vain vaino valk vares viik vill väli õunapuu kallas
"""
"""Surnames, the particles before them left away."""
