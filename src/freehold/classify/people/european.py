"""Common given names and surnames of the languages of Europe, written down by hand for this project; no data set was copied.

They are the names that a reader of each country's newspapers knows, in its own script; comparison folds marks away.
"""

from __future__ import annotations

GIVEN = """
alexander andreas anja anke annette antje astrid axel bastian beate bernd bernhard birgit björn brigitte burkhard carsten
christa christian
christoph claudia daniela detlef dieter dirk dominik dorothea eberhard eckhard elfriede elke erika ernst erwin felix finn
florian frank franz
friedrich fritz gabriele georg gerd gerhard gerlinde gisela gottfried günter günther gudrun hannelore hannes hans harald hartmut
heike heiko
heinrich heinz helga helmut henning herbert hermann hildegard holger horst ilse ines inge ingeborg ingrid irmgard jan jana jens
jochen johann
johanna johannes jonas jörg josef jürgen jutta karin karl karsten katja katrin kerstin klaus konrad kurt lars lena leon leonie
lothar ludwig
lukas luisa maik maja manfred manuela margarete margit marianne marion markus marlene martin matthias max maximilian michael
mirko monika moritz
nadine niels nils norbert olaf oliver oskar otto paul peter petra rainer ralf ramona reiner reinhard renate roland rolf
rosemarie rüdiger ruth
sabine sabrina sandra sebastian silke simone sigrid siegfried sonja stefan stefanie steffen susanne sven swen tanja theo thomas
thorsten till
tim tobias torsten udo uli ulrich ulrike ursula ute uwe vera viktor volker waltraud werner wilfried wilhelm winfried wolf
wolfgang yvonne
abdul achim adelheid agnes albrecht alfons alois alwin anneliese annemarie arne arnold balthasar birte bodo bruno carmen cäcilie
cornelia corinna
denise diana edeltraud edith egon elisabeth ella emil emma engelbert enno eugen eva evelyn ferdinand fabian franziska frauke
frieda friedhelm
gertrud götz gregor greta gustav hanna hanne harry hedwig heidi heidrun heinke helene henriette hilde hubert ida imke isolde
ivonne jasmin
jenny joachim julia julian julius kai karla karlheinz käthe kathrin kirsten kristin leopold liesel lina lisa lotte luise
magdalena marco
mareike margot mario marita marta mathilde mia mina mohammed nicole niklas nina ortrud ottilie patrick philipp pia raimund
rebekka regina
reinhold resi richard robert roswitha rosa rudolf samuel sarah saskia siegmund sibylle sofie sophie stephan swantje thea theodor
therese
tom traute trude valentin valerie verena veronika walburga walter wiebke wilma xaver zoe
adrien agathe aimé aimée alain alexandre alexandrie alfred alice alix amélie anaïs andré andrée anne antoine antoinette arnaud
arthur astrid
audrey auguste augustin aurélie aurore benjamin benoît bernadette bernard bertrand brigitte camille capucine caroline catherine
cécile céline
chantal charles charlotte christelle christiane christine christophe claire clémence clément colette constance corinne daniel
danielle david
delphine denis denise diane didier dominique dorothée édith édouard éléonore élisabeth élise élodie emmanuel emmanuelle éric
étienne eugène
fabrice fernand florence franck françois françoise frédéric frédérique gabriel gabrielle gaël geneviève georges gérard gilbert
gilles grégoire
guillaume gustave guy hélène henri henriette honoré hortense hugues inès isaac isabelle jacqueline jacques jean jeanne jeannine
jérôme joseph
josette joséphine jules julie julien juliette laetitia laure laurence laurent léon léonard louis louise luc lucas lucie lucien
lucy madeleine
manon marc marcel marcelle margaud margaux margot marguerite marie marine marthe martine mathieu mathilde matthieu maurice
maryse maud michel
michèle michelle monique nathalie nicolas noël noémi noémie océane odette olivier olivia pascal patrice patricia paulette
pauline philippe
philippine pierre pénélope rané raymond rémy rené renée robert roger roland rolande romain sabine sébastien simone solange
sophie stéphane
stéphanie suzanne suzan sylvie susan théodore thérèse théo thibaut thibault thierry timothée tristan valentine valérie véronique
victoire
victor vincent virginie william xavier yann yannick yves yvette zacharie zoé
adriana agnese alberto alessandra alessandro alessia alessio alfonso alfredo amalia amedeo andrea angela angelo anna annalisa
annibale antonella
antonio arianna arturo aurora barbara beatrice benedetta benedetto bernardo bettina bianca bruno camilla carla carlo carolina
caterina cecilia
cesare chiara cinzia claudia claudio clelia concetta corrado cristian cristiano cristina daniela daniele dario davide debora
diego dino domenico
donatella donato edoardo elena eleonora elisa elisabetta emanuele emilia emilio enrica enrico enzo ermanno ernesto etta ettore
eugenia eugenio
eva fabiana fabio fabrizia fabrizio fausto federica federico ferdinando fiamma filippa filippo flavia flavio fiorenzo francesca
francesco franco
gabriella gabriele gaetano germana giacinto giacomo giada gian gianfranco gianluca gianluigi gianmarco gianni gianpaolo
gianpietro gilberto
gino gioacchino giorgia giorgio giovanna giovanni giulia giuliana giuliano giulio giuseppe giuseppina giustino gloria graziano
greca guido
ilaria ippazio irma isabella ivan ivo jacopo jolanda lando lara laura lazzaro leonardo licia lidia liliana lina livia loredana
lorenzo luca lucia
luciana luciano ludovica ludovico luigi luigina luisa maddalena manuel manuela marcella marcello marco margherita maria mariana
marina mario
marisa marta martina massimiliano massimo matilda matteo mattia maura maurilio maurizio mauro melania melissa michela
michelangelo michele milena
mirco mirella morena nadia napoleone natalia nicola nicoletta nicolò nino olga ottavio ornella orlando osvaldo paloma paola
paolo pasquale
patrizia paulina pier piergiorgio pierluigi piermaria piero pierpaolo pietro pina pompeo priscilla puccio raffaele raffaella
raffaellino
ramona renata renato riccardo rita roberta roberto rocco rodolfo romana romeo romina romolo rosa rosalia rosaria rosario rossana
ruggero sabatino
salvatore salvi sandra sandro santino sara saverio sebastiano sergio severino silvana silvia silvio simone sofia sole sonia
sophia stefani
stefania stefano stella susanna telemaco teresa tiziana tonia torquato tullio ubaldo ugo umberto valentina valerio vanessa
veronica victoria
vincenza vincenzo virginia virgilio vito vittoria vittorio viviana
abel abigaíl abril adelaida adolfo adora adrián aitana aitor alba albano alberto alejandra alejandro alfonso alicia alma
almudena álvaro amador
amanda amaya ana anabel andrés ángel ángela ángeles aníbal anselmo anastasio antonia antonio aránzazu araceli ariadna armando
aroa arsenio arturo asunción
aurelio aurora azahara baltasar bárbara bartolomé basilio beatriz begoña belén benigno benito bernarda berta blanca blas
bonifacio borja brígida
bruno calisto calixta camila candela cándido caridad carina carlos carlota carmelo carmen carmina carolina casandra catalina
cebrián cecilio celestino celia cesar césar
chema chus clara claudio clemente concepción concha consuelo cornelio cosme cristian cristina cristóbal cruz curro dafne damián
daniel darío
débora desiderio diego dimas dionisio dolores domingo dorotea duilio edelmiro eduardo elba eleuterio elías elisa elodia eloísa
elpidio elvira emigdio
emiliano emilio encarnación enrique epifanio ernesto esperanza esteban estefanía ester eufemia eugenia eusebio eva fabián
fabiola faustino federico felipe feliciana félix
fermín fernanda fernando fidel florentina florencio fortunata francisca francisco fulgencio gabriel genoveva gerardo germán
gervasio gilberto glauco gloria godofredo gonzalo
gracia gregorio griselda guadalupe guillermo gustavo haydée héctor heliodoro herberto hermenegildo hernando hilario horacio hugo
ignacio íñigo
inés inmaculada irene iris isaac isabel isaura isidora isidro ismael itziar iván jacinta jacinto jaime javier jenaro jerónimo
jesús jimena joaquín
jordi jorge josé josefa josefina josep juan juana juanito judith julia julián julio justo kike lara laura leandra leandro leire
leonor leticia
leyre liduvina lisandro lope lorena lorenzo lourdes lucas lucía luciano luis luisa lupita luz macarena macario magdalena maite
manola manolo manuel manuela mar marcelo
marcos margarita maría mariano maribel marina mario maristela marisol marta martín mateo matías maura maxi maximiano máximo
melania melchor mercedes
miguel milagros mireia miriam modesto moisés mónica montserrat morena nacho nacio nadia narciso natalia natividad nazaret nerea
nicanor nicolás nieves nilo nidia noelia noé
noemí norberto nuria nydia octavia octavio ofelia olalla olegario olimpia óscar osvaldo otilia pablo paca paco palmira paloma
pancho pascual pastora patricia patricio paula
paulino paz pedro pelayo pepe pepito perla pilar pío plácido plinio poncio porfirio primitivo priscila prudencio quique quirino
rafael rafaela
raimundo ramiro ramón raquel raúl rebeca regina reina remedios renata reyes ricardo rita roberta roberto rocío rodolfo rodrigo
rogelio roldán román
roque rosa rosario rosaura rosendo rubén rufino ruperto ruth sabina salomón salvador samuel samu sancho sandalio santiago santos
sara saturnina sebastián
segismundo selena seve severiano sigfrido silvestre silvia simón socorro sofía soledad sonia soraya sosimo susana tadeo tamara
tatiana telmo
teodora teodoro teófilo teresa tiburcio tomás tomasa toni toribio trinidad trini úrsula valentín valeria valero vasco vanesa
verónica vicente
victoria vilma viridiana vito wilfredo xavier ximena yago yaiza yésica yolanda zacarías zaira zoraida
afonso alexandra alexandre alice álvaro amélia ana andré andreia anita ângelo antónio ariana artur beatriz benedita benjamim
bernardo bianca
brian bruna bruno caetana camila carla carlos carminho carolina catarina cláudio clara constança cristiano cristina daniel
daniela david débora diana
diego dinis diogo duarte edgar eduarda eduardo ema emanuel emília enzo érica erika eva fábio fabiana fausto fernando filipa
filipe flávio flor
francisca francisco frederico gabriel gabriela gaspar gil gonçalo guilherme gustavo helena henrique hugo iara igor inês íris
isaac isabel isabela ivan ivo
jaime jéssica joana joão joaquim joel jorge josé júlia juliana júlio kelly kevin kyara lara larissa laura leandro leonardo
leonor letícia lia liliana lisandro lorena
lourenço luana luca lucas lúcia luciana luís luísa luna madalena mafalda manuel mara márcia márcio marco margarida maria mariana
marta martim martinho mateus matias matheus mauro
melissa mélanie mercedes micael miguel miriam moisés naiara nair nádia nelson nicole noa noah norberto nuno núria olívia
patrícia paulo pedro petra pilar rafael rafaela
raquel renata renato ricardo rita rodrigo rúben rui salomé salvador samuel sandra santiago sandro sara sebastião sérgio simão
sofia soraia tatiana teresa tiago tomás tomé valentim valentina
vasco vera vicente victória violeta vítor vitória viviana xavier yara yasmin yuri
aafke aaltje abel adriaan albert annelies anouk arend arie arjan bart bas bastiaan berend bert boris bram brecht britt carolien
coen cornelis daan dennis diederik dirk edwin eefje
elise els emiel esmée evert femke ferry filip floor floris fleur freek frederik gerben gerrit gijs guus hannah hein hendrik henk
hilde huib ineke ilse jaap jacob jan janneke jasmijn jasper jelle jeroen jesse
jip job joke joep joost joris jos julian jurre jurriaan karel kees kevin kim klaas koen lars leen lieke lieve linde loes lotte
luuk maarten maaike maartje madelief marieke marijke marit marjolein mark martijn mathijs matthijs mees
melle merel michiel mieke milan naomi niek niels noor olivier pepijn pien piet pieter pim quinten rianne rik rob robbe roel roos
rutger ruben ruud ryan sam sander sanne sem senna siem silke sjoerd sofie stef stijn sven teun teunis thijmen thijs tijn tim
tineke
tom twan valerie vera veerle vincent wout wouter willem wim yara yvonne zoë zoey
anders anna annette arne asger astrid benny bent birgitte birthe bjarne bodil bo britt camilla carl charlotte christian
christina claus dorte dorthe emma erik esben eva filip flemming frederik frida gitte gorm grete hanne hans heidi helle henning
henrik ida
inge inger ingolf ingrid iver jacob jakob jan jens jeppe jesper joan johan johanne jørgen jørn josefine julie jytte kaj karen
karina karla kasper keld kenneth kim kirsten kirstine klaus knud kristian kristine kurt lærke laila lars lasse laura leif lene
line lis lisbeth lise lone
louise mads magnus maja maren margit marianne marie martin mathias mathilde mette michael mie mikkel mogens morten nanna niels
nikolaj ole oliver ove palle peder per peter pernille pia poul preben rasmus rikke sanne sara signe simon sofie søren stig stine
susanne svend
sven thea thomas tina tine tobias tommy tove trine troels ulla vibeke viggo villads villum
agneta albin alf alva anders anette anna annika anton arvid astrid axel barbro bengt bertil birgitta birger bo börje britt
carina cecilia christer claes dag ebba edvin einar elin elisabet ellinor elsa emelie emil erik eva filip fredrik frida gerd
göran görel greger gun gunborg gunilla gunnar gunnel gustaf gustav
hampus hans håkan hanna helena henrik hjalmar hugo ida inga ingegerd inger ingemar ingrid irene isak jan jenny jens jesper
joakim johan johanna jonas jonny josefin jöran kajsa karin karl kenneth kent kerstin kjell klara krister kristina lars lena
lennart lilian lilly linnéa linus lisa lisbeth louise lovisa
magnus maj malin margareta maria marianne marie mårten matilda mats mattias mikael moa monica nils niklas olof ola olle ove
oskar pär patrik per pernilla peter pontus ragnar robert roger roland rolf ronny rune saga sanna sara sigrid siv sofia stefan
stellan stig sture sune susanne svante sven
tage therese thomas tilda tommy tomas torbjörn tore tuva ulf ulla ulrika urban veronica viktor viktoria vilgot wilhelm yngve åke
åsa östen
aada aapo aarne aaro aatos ahti aino aleksi alma anja anna anne anneli annikki antti anu ari arja armas arto arttu aulis auli
eeli eelis eemeli eero eetu eeva eevi eila eino elina ella elli elsa emilia emma ensio erkki esa essi eveliina hanna hannele
hannu harri heidi heikki helena helmi henna henri hilla ilkka ilmari
iida iiris inkeri inka irja irma ismo jaakko jani janne jari jarmo jenna jere jesse johanna joni joona jorma jouko jouni juha
juhani juho jukka julius jussi jyrki kaarina kaija kaisa kalervo kalevi kalle kari karri katariina kati katja kerttu kimmo kirsi
kirsti kristiina kyllikki lassi laura lauri leena leevi
lempi liisa linnea lotta maarit maija maire mari maria marika marja marjatta markku marko markus martta matias matti mauri maija
merja mia miika mika mikael mikko milla minna mira mirja mirjami nea nella niilo niina niko noora olavi oliver olli onni oona
orvokki osmo otso otto outi paavo päivi pasi pauli pekka
pentti perttu petri petteri pia piia pirjo pirkko raija raili raimo ralf reijo reino riikka riitta ritva roope rasmus saana
saara sakari salla sami samuli sanna santeri sari satu seija seppo sinikka sini sirkka sirpa sisko sofia sohvi soile suvi
susanna taina taisto taneli tanja tapani tapio tarja tarmo teemu teija
teppo terhi tero tiina timo tomi toni topias tuija tuomas tuomo tuula tuuli tuulikki tyyne uolevi urho väinö valtteri veera
veikko venla vesa vilho viivi vilma ville vuokko yrjö
aare ago aili aimar aino aivar allan andres andrus anne anneli annika anti ants anu arvo aune eerik eha elmar ene ester eve evi
enn epp ester gunnar heiki heino helgi helje henn hillar igor ilme imbi indrek inga ivar jaak jaan jaanus janek janno jelena
jüri kadri kaido kaie kairi kalev kalle kalju karin karl kätlin katrin katre kersti kristel
kristiina kristi kristjan külli lea leida lembit leo liina liis liisa lii lembit maarika maie mall malle margit margus mari
maret marge marika marko mart märt mati meelis merike merle mihkel milvi moonika oleg olev ott piret priit peeter raivo rasmus
rein reet reelika riho riina riin rita sander siim siiri signe silvi sirje sulev svetlana taavi taimi
taivo tanel tarmo tarvo tiia tiina tiit toivo toomas tõnis tõnu triin tuuli ülle ülo urmas urve uno uku vaike vaiko valdur vello
viive vilja viktor villu virve
agnese agris aigars aija ainārs ainars aivars aleksandrs alfreds alvis anda andra andrejs andris anete anita anna antra arnis
artis artūrs arturs arvīds aiga baiba beāta biruta dace dagnija daina dainis dina dita edgars edīte edvīns egils eduards elīna
elza emīls ērika ēriks evija ērika gatis gints gunārs gunta guntars guntis
haralds ieva igors ilga ilgvars ilona ilze imants ina inese inga ingars ingrīda ingus inta ints irēna iveta ivars ivo jānis
janis jāzeps jeļena juris jolanta kaspars kārlis karlis kristaps kristīne laima laimdota laimonis laura lāsma lauris liene līga
ligita lilita linards līva lolita madara māris maris mārtiņš marija marta mareks maruta
mihails mārīte normunds oskars oļegs olga pēteris peteris raimonds raitis ralfs regīna renārs ričards rihards rita rolands
roberts rudīte rūta sandris sanita sandra santa sarmīte sergejs signe silvija solvita staņislavs svetlana tatjana toms uldis una
valdis vaira valērijs valters velta vija viesturs viktors vilnis vita voldemārs zane zigrīda zinaida
aistė agnė algimantas algirdas aldona alma andrius antanas arnas arūnas artūras asta aurelija aušra austėja ažuolas benas birutė
brigita dainius daiva dalia danguolė darius deimantas deivydas domantas donatas edita eglė edgaras egidijus eimantas elena
emilija ernestas evaldas gabija gabrielė gediminas genovaitė giedrė giedrius gintaras gintarė gitana goda
henrikas ieva ignas ilona inga irena jadvyga janina jokūbas jolanta jonas jonė julija juozas jurgita justas justina justė
karolina karolis kamilė kęstutis kazimieras kornelija kostas kristina kristupas laima laimutė laura leonas lina linas liepa
loreta lukas mantas mantvydas margarita marija marijonas marius martynas matas mindaugas milda mykolas monika nerijus nijolė
nojus ona petras
povilas rasa raimundas ramunė ramūnas regimantas regina renata ričardas rimantas rimas rita robertas rokas roma romas romualdas
rūta salomėja sandra saulė saulius sigita silvija simas simona simonas smiltė stanislovas stasė stasys tadas teresė titas tomas
toma ugnė urtė vaida valdas valdemaras valentina vanda vera vida vidmantas viktoras viktorija vilhelmas vilma viltė vincas
virginija vita vytautas vytas žilvinas živilė žydrūnas
adam adrian adrianna agata agnieszka albert aleksander aleksandra alicja amelia andrzej aneta angelika aniela anita anna antoni
apolonia arkadiusz artur bartek bartłomiej bartosz beata błażej bogdan bogumiła bogusław bożena bruno cezary cyprian czesław
damian daniel dariusz dawid dominik dorota edward eliza elżbieta emil emilia eryk ewa ewelina fabian filip
franciszek fryderyk gabriel gaja grażyna grzegorz gustaw halina hanna helena henryk hubert ida iga ignacy igor inga irena iwo
iwona izabela jacek jadwiga jagoda jakub jan janina janusz jarosław jeremi jerzy joanna jolanta józef julian julianna julita
julia justyna kacper kaja kajetan kalina kamil kamila karina karol karolina katarzyna kazimierz kinga klara konrad konstanty
kornel kornelia krystian krystyna krzysztof ksawery laura lech leon leonard leszek lidia liliana lucyna ludwik łukasz maciej
magdalena maja maks maksymilian malwina małgorzata marcel marcelina marcin marek maria marianna mariusz marta martyna mateusz
matylda maurycy melania michał mieczysław mikołaj miłosz mirosław monika natalia natan nataniel nela nicole nikodem nina norbert
olaf ola olga
olgierd oliwia oliwier oskar patrycja patryk paweł piotr przemysław radosław rafał robert róża roksana roman rozalia ryszard
sandra sara sebastian sławomir sonia stanisław stefan sylwia szymon tadeusz tobiasz tola tomasz tymon tymoteusz urszula wanda
weronika wiesław wiktor wiktoria witold wojciech zbigniew zdzisław zenon zofia zuzanna zygmunt
adéla alena aleš alexandra alois alžběta andrea anežka aneta anna antonín barbora blanka blažena bohumil bohumila bohuslav
božena břetislav dagmar dalibor dana daniel daniela david denisa dominik drahomíra dušan eliška emilie emil eva evžen ester
filip františek františka gabriela hana hedvika helena irena ilona iva ivana iveta ivan ivo jakub jan jana jarmila jaromír
jaroslav jaroslava jindřich
jindřiška jiří jiřina jitka josef julie kamil kamila karel karolina kateřina klára kristina kristýna květa květoslava ladislav
lenka leona leoš libor libuše lubomír luboš lucie luděk ludmila lukáš lumír magdaléna marcela marek marie markéta marta martin
martina matěj matyáš michaela michal milada milan milena miloš miloslav miloslava miluše miroslav miroslava monika naděžda
natálie nela nikola olga oldřich
ondřej otakar otto patrik pavel pavla pavlína petr petra přemysl radek radim radka radomír radovan renata renáta richard robert
roman romana rostislav růžena rudolf sabina šárka silvie simona soňa stanislav stanislava štěpán štěpánka svatopluk svatava
tadeáš tereza tomáš václav valerie vanda vendula věra veronika viktor viktorie vilém vít vladimír vladimíra vladislav vlasta
vlastimil vojtěch zdena zdeněk zdeňka zdenka zuzana žaneta žofie
adrián alexej ambróz andrej antónia arpád beáta blažej bohdan branislav cyril dávid dorota dominika eduard emília estera eugen
eulália ferdinand gejza gregor henrieta ignác imrich ivica ján jela jolana jozef jozefína juraj július karol karolína katarína
klaudia kornélia kristián kvetoslava ľubica ľubomír ľubor ľuboš ľudmila ľudovít lýdia marián mária mariana martin matúš michal
mikuláš milota mojmír monika nadežda norbert ondrej
oľga oto pavol peter rastislav rebeka rozália rudolf samuel silvia slavomír soňa štefan štefánia svetozár svätopluk tibor tomáš
valéria vasil viera viktória viliam vincent vratislav zlatica zoltán zora zuzana žigmund
alen alenka aleš aleksandra alojz alojzija ana andraž andrej andreja anja anica anton barbara bine blaž bojan boris boštjan
branko breda cvetka cveto damjan darja darko dejan domen drago dragica dušan elizabeta emil erik eva franc frančiška frančišek
franci gašper gorazd goran gregor helena igor ilija ines irena ivan ivana iztok jaka jakob jan jana janez janja jasmina jasna
jernej joško jože jožef jožica jurij karmen katarina
katja klara klemen kristina kristjan lara lea ljudmila luka lucija maja majda manca marija marijan marjan marjana marjeta marko
marta martin martina mateja matej matjaž matevž matija metka miha mihael milan mira miran miro miroslav mirko mitja mojca monika
nadja nataša neja neža nejc nika nina niko nuša olga patricija peter petra polona polonca primož renata robert roman rok rudolf
sabina saša sašo sandi sanja sara simon simona sonja stanislav stanislava stanko
stane suzana slavko silva silvo špela štefan štefanija tadej tanja tatjana tea terezija tilen tina tjaša tomaž tone tomislav
uroš urška urban valentina vanja vera vesna veronika vida viktor viljem vincenc vinko vladimir vojko zala zdenka zdravko zlatko
zoran zvonko žan žiga
anđela anđelka ante antea antonija biserka bogdan boško božica božidar božo branimir branka bruna dajana dalibor danica danijel
danijela davor davorka dino dragan dragutin dubravka duje dunja duško đurđica emanuel filipa frane gabrijela gordana hrvoje
ivanka ivica ivka ivona ivor jadranka jakov jelena jere josip josipa jozo julijana jura jure juraj karlo katica krešimir
kristijan krunoslav ksenija lovre lovro ljiljana ljubica luce lucija manda mara mare marijana mario marin marina marinko
mate mato mia mihovil mijo milica mile milivoj milka mislav mladen nada nediljko nenad nera nevenka nikola nikolina ozren paula
pavao perica pero petar rajko ranko renato roko ružica sandra senka silvija siniša slaven slavica sanja snježana spomenka stipan
stipe stjepan šime štefica sunčana šimun tea tena tihana tihomir tomo tonći toni vedran velimir velimira veselka vice viktorija
višnja vjekoslav vjera vjeran vlado vlatka zdravka zvonimir zvjezdana zrinka željka željko živko
ábel ádám adél adrienn ágnes ágoston ákos aladár albert alexandra alfréd aliz ambrus anasztázia andor andrás andrea anett anikó
anita anna annamária antal antónia arany aranka arnold árpád áron attila aurél balázs bálint balogh barbara barnabás beáta
beatrix béla bence bendegúz benedek benjámin bernadett bertalan boglárka bojta borbála botond brigitta csaba csenge csilla
dániel dávid dénes dezső dominik domonkos donát dóra dorina dorottya
ede edina edit elek elemér elizabet emese emil emma endre enikő ernő erika ernesztina erzsébet erik eszter etelka éva evelin
fanni ferenc flóra fruzsina fülöp gábor gabriella gellért georgina gergely gergő gertrúd géza gitta gizella győző györgy györgyi
gyöngyi gyula hajnalka hanna hedvig helga henrietta henrik hilda hunor ibolya ida ignác ildikó illés ilona imola imre inez irén
irma istván iván ivett izabella jakab janka jános jázmin jolán jónás
józsef judit júlia julianna kálmán kamilla kármen károly katalin kata kinga kitti klára klaudia klementina konrád koppány kornél
kornélia kriszta krisztián krisztina kristóf lajos lászló laura léna lehel levente lili lilla lívia liliána lóránt lőrinc luca
lúcia lukács magda magdolna máté marcell margit mária mariann marietta márk márta martina márton mátyás melinda mihály miklós
milán mirtill mónika nándor natália natasa nikolett nimród nóra noel noémi norbert olga olivér olívia
orsolya ottó pál panna patrícia patrik péter petra piroska rafael ramóna réka regina renáta rebeka róbert roland róza rózsa
rudolf sándor sára sarolta simon soma szabina szabolcs szilárd szilvia szimonetta szonja szófia tamara tamás tas tekla teodóra
teréz tibor tícia tihamér timea tímea titusz tivadar tódor tünde vajk valentin valéria vendel vera veronika viktor viktória
vilmos vince vivien virág zalán zita zoé zoltán zsigmond zsófia zsolt zsombor zsuzsanna zsuzsa
adela adelina adina adrian adriana albert alexandra alexandru alexia alin alina ana anabela anca anda andra andreea andrei
angela anghel anton arina aurel aurelia axinte beatrice bianca bogdan brândușa călin camelia carla carmen cătălin cătălina cezar
ciprian claudia claudiu codrin codrina codruț constantin constanța corina corneliu cornelia cosmin costin costel crenguța
cristian cristiana cristina dacian dan daniel daniela daria darius decebal delia denisa diana dinu dochia doina dorel dorin
dorina doru dragoș dumitra dumitru
ecaterina edgar eduard elena eliana elisabeta emanuel emanuela emil emilia emilian ernest eugen eugenia eusebiu eva evelina
fabia fabian felicia filip flaviu floare florea florentina florica florin florina gabriel gabriela gelu geanina george georgeta
georgian georgiana ghenadie gheorghe gherghina ghiță grigore haralambie horațiu horea horia iacob iancu ileana ilie ilinca ina
ioan ioana ion ionel ionela ionică ionuț iosif irina iris iulia iulian iuliana iustin ivona izabela jan jana jean laura
laurențiu lăcrămioara larisa lavinia lelia leonard leontina lia liana lidia ligia
liliana liviu livia luca lucian luciana lucreția ludovica ludmila luiza luminița mădălin mădălina magda malina manole marcel
marcela marga margareta maria marian mariana maricica marilena marin marina marinela marius marta matei maxim melania mihaela
mihai mihail mihnea mina mioara mirabela miron mirela mircea miruna monalisa monica narcis narcisa natalia natașa nechifor
neculai nelu nicolae nicoleta nicu nicușor nina nora norica nuța oana octav octavia octavian olga olimpia olivia ortansa otilia
ovidiu ozana pamela paraschiva patricia paul paula paulica pavel petre petrică petru petronela petruța
petronia profira rada radu rafila raluca ramona raul rareș rebeca remus renata riana robert rodica rodrigo romanița romeo
romulus roxana roxelana roza ruxandra sabina safta sabrina sanda saveta savina sebastian selina sergiu severin sidonia silvia
silviu simina simona smaranda sofia sorana sorin sorina speranța stan stana stanca ștefan ștefana ștefania stela steluța stelian
suzana sânziana tamara tania tatiana teodor teodora teodosia teohari theodora tiberiu timotei titus traian tudor tudora tudose
valentin valentina valeria valeriu vasile vasilica vera veronica veta viorel viorela viorica virgil virginia viviana vlad
vladimir vlaicu voichița voicu xenia zaharia zamfir zamfira zina zoe
иван георги димитър николай петър христо йордан александър стефан тодор атанас васил илия красимир пламен ангел стоян мартин
асен любомир владимир борис кирил валентин емил румен огнян веселин калин светослав марин симеон михаил благой захари камен
костадин кристиян данаил даниел деян добри драгомир живко здравко златко ивайло калоян лъчезар методи милен мирослав момчил
найден никола павел радослав росен самуил спас станислав
станимир теодор тихомир филип цветан явор ясен мария иванка елена йорданка пенка марийка росица даниела радка анна василка
надежда петя десислава мая виктория стефка александра гергана ивелина силвия цветанка валентина снежана диана красимира татяна
невена маргарита наталия адриана анелия антония биляна боряна василена весела вера гинка димитрина донка евгения екатерина елица
емилия златка ирена калина камелия катя кремена лиляна людмила магдалена милена
мила мирела нели николина павлина полина ралица рада румяна светла симона соня станислава таня теодора цветелина яна юлия
алексей андрей анастасия антон артем владислав дмитрий евгений игорь константин максим михаил олег павел роман сергей юрий
наталья ольга светлана ирина галина
γιώργος γεώργιος δημήτρης δημήτριος κώστας κωνσταντίνος γιάννης ιωάννης νίκος νικόλαος παναγιώτης χρήστος βασίλης βασίλειος
ευάγγελος αθανάσιος θανάσης σπύρος σπυρίδων μιχάλης μιχαήλ στέλιος στυλιανός ηλίας θεόδωρος ανδρέας αντώνης αντώνιος απόστολος
αλέξανδρος αναστάσιος αλέξης αριστείδης γρηγόρης εμμανουήλ μανώλης λεωνίδας λάμπρος μάριος πέτρος παύλος παναγής σωτήρης
σωτήριος στέφανος σταύρος στρατής φώτης φώτιος χαράλαμπος χαρίλαος ιάκωβος θωμάς ορέστης περικλής
μαρία ελένη αικατερίνη κατερίνα βασιλική σοφία αγγελική γεωργία ευαγγελία δήμητρα ιωάννα αναστασία ειρήνη παναγιώτα κωνσταντίνα
αθηνά αλεξάνδρα άννα χριστίνα ευτυχία θεοδώρα φωτεινή χρυσούλα σταυρούλα νίκη παρασκευή στυλιανή ζωή όλγα μαρίνα ελευθερία
καλλιόπη στέλλα δέσποινα ευφροσύνη θεανώ λουκία ουρανία πηνελόπη ραλλού σμαράγδα ραχήλ τριανταφυλλιά χαρίκλεια ισμήνη ναταλία
ρόζα τατιάνα
aoife aodhán aidan aisling bláthnaid brendan bríd brian bridget cathal ciara cian cillian ciarán clodagh colm conall conor
cormac darragh declan deirdre derval diarmuid donal éabha eamon éanna eileen eimear éimear eithne eoin eoghan fergal fiachra
fiadh fiona fionn fionnuala gráinne gearóid iarla jarlath kathleen kieran liam lorcan máire mairead maeve malachy muireann niall
niamh
nuala oisín oonagh orla órla padraig pádraig patrick ronan róisín rory saoirse seamus séamus sean seán seóirse shane sinead
sinéad síle siobhan siobhán sorcha tadhg tara una
mehmet mustafa ahmet ali hasan hüseyin ibrahim murat emre can deniz elif ayşe fatma zeynep emine hatice merve esra yusuf ömer
mohamed muhammad mohammed youssef omar khalid rachid karim samir nadia leila fatima aisha aaliyah yasmina noura salma hamza bilal
amir
ayoub imane nguyen linh minh wei jing priya rahul amit anita ravi sanjay
carmelo carmena ċensa ċetta dun ġanni ġorġ grezzju indri karmenu ġiljan karmnu leli ġużè ġuża ġużeppi marija mikiel nenu pawlu
piju salvu saverin spiru toninu wistin wenzu żeppi żaren
αγάπη αγαθή αγαμέμνων αγγελής αγησίλαος άγγελος αδαμάντιος αδάμ αθηναγόρας αικατερίνη αιμίλιος αιμιλία αλίκη αλκιβιάδης αλκμήνη
αμαλία αναξαγόρας ανδρονίκη ανδρομάχη
ανθή άνθιμος αντιγόνη αντωνία απολλωνία αργύριος αργυρώ αρετή αριάδνη άρης αριστοτέλης αρίσταρχος αρχοντία αρσένιος αρτεμισία
άρτεμις ασημίνα ασπασία αυγή αφροδίτη αχιλλέας
βάιος βαλεντίνη βαρβάρα βαρθολομαίος βαρνάβας βενιαμίν βερονίκη βικτώρια βιργινία βλάσιος βύρων γαβριήλ γαλάτεια γαρυφαλλιά
γεράσιμος γερμανός γιάννα γιαννούλα γλυκερία γρηγόριος
δάφνη δαμιανός δανάη δανιήλ δαυίδ διαμαντής διομήδης διονύσης διονύσιος διονυσία δομνίκη δωροθέα δωρόθεος ελένα ελισάβετ ελπίδα
ελευθέριος λευτέρης ελπινίκη εμμανουέλα επαμεινώνδας ερατώ
ερμής ερμιόνη ευαγγελίνα εύα ευανθία ευγένιος ευγενία ευδοξία ευθύμιος ευθυμία ευρυδίκη ευσταθία ευστάθιος στάθης ευστράτιος
ευτέρπη ευτύχιος ευφημία ζαφείριος ζαφειρία ζαχαρίας ζηνοβία ζήσης ζηνόβιος
ηλέκτρα ηλιάνα ήρα ηρακλής ηρώ ησαΐας θάλεια θαλής θέκλα θέμις θεμιστοκλής θεοδόσης θεοδόσιος θεοδοσία θεόκλητος θεολόγος
θεοπίστη θεοφάνης θεοφανία θεόφιλος θεοχάρης θησέας θρασύβουλος
ιακωβίνα ίκαρος ιορδάνης ιουλία ιουλιανός ιππόλυτος ιπποκράτης ίρις ισαάκ ισίδωρος ιφιγένεια ιωακείμ ιωάννης ιωσήφ καλλιρρόη
κάρολος κασσάνδρα κασσιανή κλειώ κλεάνθης κλεοπάτρα κλεομένης κορίνα κορνηλία κοσμάς
κρινιώ κυριακή κυριάκος κυπριανός κύριλλος λαέρτης λάζαρος λαμπρινή λαυρέντιος λεμονιά λέανδρος λεόντιος λητώ λίνος λουίζα
λουκάς λυδία μάγδα μαγδαληνή μακρίνα μαλβίνα μαλαματένια μανουήλ μαργαρίτα μαρίκα
μαριάννα μαριάνθη μαρίνος μαρκέλλα μάρκος μάρθα ματθαίος ματθίλδη μάξιμος μελέτιος μελίνα μελπομένη μένιος μερόπη μηνάς
μιλτιάδης μίνως μιχαέλα μίνα μόσχος μυρσίνη μυρτώ ναπολέων ναυσικά νεκταρία νεκτάριος
νεόφυτος νέστωρ νεφέλη νικηφόρος νικόδημος νικολέτα νικολίνα νόρα ξανθή ξανθίππη ξένια ξενοφών οδυσσέας οδυσσεύς ολυμπία όμηρος
ορφέας πάμελα παναγής πανδώρα πανωραία πάρις παρθένα παρθένιος πασχάλης παύλα
πελαγία περσεφόνη πετρούλα πηγή πλάτων πλάτωνας πόπη πολυξένη πολυχρόνης πραξιτέλης προκόπης πυθαγόρας ραφαήλ ραφαέλα ρέα
ρεβέκκα ρήγας ριχάρδος ροδάνθη ρούλα ρωξάνη σάββας σαλώμη σαμουήλ σάρα σαράντης σεβαστή
σεβαστιανός σεραφείμ σέργιος σιμωνίδης σίμος σολομών σουλτάνα σοφοκλής στέργιος στεργιανή στεφανία στυλιανή σύλβια συμεών
σωκράτης σωσάννα σωτηρία ταξιάρχης τερψιχόρη τηλέμαχος τιμόθεος τίτος τριαντάφυλλος τρύφων υπατία
φαίδρα φαίδων φανή φανούρης φεβρωνία φίλιππος φιλιππία φιλοθέη φλώρα φοίβη φοίβος φραγκίσκος φρειδερίκη φωκίων χαρά χαρίτων
χαρούλα χριστίνα χριστόδουλος χριστόφορος χρυσάνθη χρύσανθος χρυσή χρυσόστομος χρυσοβαλάντης
агоп адам адриан аврам аксел албена албена альоша анани анастас андон андрея анжела ани анита антоанета антон апостол аспарух
ася бисер бисера благовест благовеста благой боби богдан богдана богомил божана божидар
божидара бойко бойчо борил борислав борислава боян бояна божура бранимир вангел ванко ванчо валери валерия валя васко вели
велизар величка велислава велко венелин венета венцислав венцислава верка виржиния виолета виолин
витан витомир вихра владислава влади владо воислав ганка ганчо гаврил галя галин гена генади генко георги гергин гето гичо горан
григор делян деляна денислав деница деян димо димка димчо добринка добромир донка дончо
дора дочка дочо драгана драган драгни драго елеонора еленка елин елисавета емануил ерика жана жаклин желязко живка жени живко
загорка захарина здравка зорница иво ивка иван ивана иванка иглика илиана илина илко илона
искра искрен йоан йоана йоан йоанна йовка йово йонка йонко йордан йорданка калинка кално камелия камен карина кина кирилка
климент коста косьо красен красимир кремен крум крумка кунчо лазар латинка лила лидия лилия лозан
лора лъчезара люба любен любка любомира людмил магда магдалина мадлен максим малин малина манол маноил манчо марио мариана
мариета марияна марко марта мартина матей метка мина минка минчо минко мирко миро мирослава михаела
найда надя наско наталия неделчо неда недялка недялко незабравка нели нено ния николета никол ника нино огняна олег олга орлин
павла панайот панко панчо параскева параскев парашкев пеню пепа пенчо петко петрана петранка петя
пламена полина преслав преслава пролетина равил рада радка радко радо радой радост радостин радослава раймонд рангел рая ренета
рени роза роси росица русин румен руска сава савина свилен светлин светлозар севда севдалин силвестър
симо сирма слав слави славка славчо славяна соня софия спаска станка станчо стела стефания стефка стоил стойка стойко стоимен
стоянка сузана събка таньо тинка тинчо тодорка тоня трифон урбан филипа фани фердинанд фидан фильо
хари харалампи христина христинка христофор цанка цанко цвета цвети цветелин цветомир цоню цонка чавдар шарлота щерьо щилян
юлиан юлиана юрий явора яким яна янка янко янчо янаки яни ярослав ярослава ясена
"""

SURNAMES = """
müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf schröder
neumann schwarz zimmermann braun krüger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier
köhler herrmann könig walter mayer huber kaiser fuchs peters lang scholz möller weiß jung hahn schubert vogel friedrich keller
günther frank berger
winkler roth beck lorenz baumann franke albrecht schuster simon ludwig böhm winter kraus martin schumacher krämer vogt stein
jäger otto sommer groß seidel heinrich brandt haas schreiber graf schulte dietrich ziegler kuhn kühn pohl engel horn busch
bergmann thomas voigt sauer arnold wolff pfeiffer gruber pichler steiner moser hofer leitner egger eder aigner lechner wallner
haider
martin bernard dubois thomas robert richard petit durand leroy moreau simon laurent lefebvre michel garcia david bertrand roux
vincent fournier morel girard andré lefèvre mercier dupont lambert bonnet françois martinez legrand garnier faure rousseau blanc
guérin muller henry roussel nicolas perrin morin mathieu clément gauthier dumont lopez fontaine chevalier robin masson sanchez
gérard nguyen boyer denis lemaire duval joly gautier
roger roche roy noël meyer lucas meunier jean perez marchand dufour blanchard barbier brun dumas brunet schmitt leroux colas
fernandez pierre renard arnaud rolland caron aubert giraud leclerc vidal bourgeois renaud lemoine picard gaillard philippe
leclercq lacroix fabre dupuis olivier rodriguez da besson hubert charles bourgeois lebrun peeters janssens maes jacobs mertens
willems claes goossens wouters desmet dubois lambert
rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti costa giordano mancini rizzo lombardi
moretti barbieri fontana santoro mariani rinaldi caruso ferrara galli martini leone longo gentile martinelli vitale lombardo
serra coppola marchetti parisi villa conte ferraro ferri fabbri bianco marini grasso valentini messina sala gatti pellegrini
palumbo sanna farina rizzi monti cattaneo morelli amato silvestri mazza testa grassi
garcía gonzález rodríguez fernández lópez martínez sánchez pérez gómez jiménez ruiz hernández díaz moreno muñoz álvarez romero
alonso gutiérrez navarro torres domínguez vázquez ramos gil ramírez serrano blanco molina morales suárez ortega delgado castro
ortiz rubio marín sanz núñez iglesias medina garrido cortés castillo santos lozano guerrero cano prieto méndez cruz calvo
gallego vidal león márquez herrera peña flores cabrera campos vega fuentes carrasco diez
silva santos ferreira pereira oliveira costa rodrigues martins jesus sousa fernandes gonçalves gomes lopes marques alves almeida
ribeiro pinto carvalho teixeira moreira correia mendes nunes soares vieira monteiro cardoso rocha raposo neves coelho cruz cunha
pires ramos reis simões antunes matos fonseca machado araújo barbosa tavares lourenço castro figueiredo azevedo freitas
magalhães henriques lima guerreiro batista pinheiro faria miranda barros morais
jong jansen vries berg bakker dijk visser janssen smit meijer boer mulder groot bos vos peters hendriks leeuwen dekker brouwer
wit dijkstra smits graaf meer linden kok jacobs haan vermeulen heuvel veen broek bruijn heijden schouten beek willems vliet
hoekstra maas verhoeven koster dam prins blom huisman peeters kuipers veenstra vink bosch kuiper post postma groen scholten
gerritsen
nielsen jensen hansen pedersen andersen christensen larsen sørensen rasmussen jørgensen petersen madsen kristensen olsen thomsen
christiansen poulsen johansen møller mortensen knudsen jakobsen jacobsen mikkelsen olesen frederiksen laursen henriksen lund
holm schmidt eriksen kristiansen simonsen clausen svendsen andreasen iversen jeppesen mogensen jespersen nissen lauridsen
frandsen østergaard kjær vestergaard kjeldsen bach dahl dam friis skov
johansson andersson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson hansson
bengtsson jönsson lindberg jakobsson magnusson olofsson lindström lindqvist lindgren berg axelsson bergström lundberg lind
lundgren lundqvist mattsson berglund fredriksson sandberg henriksson forsberg sjöberg wallin engström eklund danielsson lundin
håkansson bergman björk gunnarsson wikström holm samuelsson isaksson fransson bergqvist nyström holmberg arvidsson löfgren
söderberg nyberg blomqvist claesson nordström mårtensson
korhonen virtanen mäkinen nieminen mäkelä hämäläinen laine heikkinen koskinen järvinen lehtonen lehtinen saarinen salminen
heinonen niemi heikkilä kinnunen salonen turunen salo laitinen tuominen rantanen karjalainen jokinen mattila savolainen lahtinen
ahonen ojala leppänen väisänen hiltunen miettinen leinonen pitkänen aaltonen manninen hakala koivisto anttila laaksonen hirvonen
lehto räsänen laakso toivonen
tamm saar sepp mägi kask kukk rebane ilves pärn koppel oja luik lepik kuusk raudsepp karu kütt kallas kivi vaher kuus põder saks
tomson teder lepp pärtel allik roos kangur jõgi jakobson peterson ots kuuse rand mets kirs kaasik ivanov järv raud lill kruus
kuusik sild orav mölder org
bērziņš kalniņš ozoliņš jansons ozols liepiņš krūmiņš balodis eglītis zariņš pētersons vītols kļaviņš kārkliņš vanags ozola
bērziņa kalniņa liepiņa krūmiņa vītola kļaviņa zariņa kronbergs āboliņš lapiņš miezis
kazlauskas petrauskas jankauskas stankevičius paulauskas žukauskas butkus vasiliauskas urbonas kavaliauskas navickas ramanauskas
baranauskas kazlauskienė petrauskienė jankauskienė paulauskienė balčiūnas rimkus mažeika sakalauskas
nowak kowalski kowalska wiśniewski wójcik kowalczyk kamiński lewandowski zieliński szymański woźniak dąbrowski kozłowski
jankowski mazur wojciechowski kwiatkowski krawczyk kaczmarek piotrowski grabowski zając pawłowski michalski król wieczorek
jabłoński wróbel nowakowski majewski olszewski stępień malinowski jaworski adamczyk dudek nowicki pawlak górski witkowski
walczak sikora baran rutkowski michalak szewczyk ostrowski tomaszewski pietrzak zalewski wróblewski marciniak
novák nováková svoboda svobodová novotný novotná dvořák dvořáková černý černá procházka procházková kučera kučerová veselý
veselá horák horáková němec němcová pokorný marek pospíšil hájek jelínek král růžička beneš fiala sedláček doležal zeman kolář
navrátil čermák urban vaněk blažek kříž kovář kratochvíl kopecký bartoš vlček musil šimek polák konečný malý čech štěpánek
staněk holub dušek
horváth kováč varga tóth nagy baláž szabó molnár lukáč oravec polák kollár hudák gajdoš sloboda nemeth
kovačič horvat krajnc zupan potočnik kovač mlakar vidmar golob kos turk božič kralj kotnik zupančič korošec bizjak hribar kavčič
rozman petek kastelic oblak žagar petrič hočevar kolar košir koren
kovačević babić marić jurić novak kovačić knežević vuković marković petrović matić tomić pavlović kovač božić blažević grgić
pavić radić perić filipović šarić lovrić vidović perković popović bošnjak jukić barišić
nagy kovács tóth szabó horváth varga kiss molnár németh farkas balogh papp takács juhász lakatos mészáros oláh simon rácz fekete
szilágyi török fehér balázs gál kis szűcs kocsis fodor pintér szalai sipos magyar lukács gulyás biró király katona jakab
popa popescu ionescu pop radu dumitru stan stoica gheorghe matei ciobanu rusu constantin marin lazăr florea dobre moldovan dinu
munteanu ene preda tudor barbu nistor ilie cristea toma oprea dumitrescu stanciu voicu ungureanu sandu tănase mocanu
иванов георгиев димитров петров николов христов стоянов тодоров илиев ангелов василев атанасов петкова иванова георгиева
димитрова петрова николова христова стоянова тодорова илиева ангелова василева
παπαδόπουλος παπαδοπούλου βασιλείου παπαδάκης αθανασίου γεωργίου δημητρίου ιωάννου νικολάου κωνσταντίνου αντωνίου χριστοδούλου
οικονόμου παππάς αλεξίου αναγνώστου ανδρέου
murphy kelly walsh smith byrne ryan connor sullivan reilly doyle mccarthy gallagher doherty kennedy lynch murray quinn moore
mclaughlin carroll connolly daly connell wilson dunne brennan burke collins campbell clarke johnston hughes farrell fitzgerald
brown martin maguire nolan flynn thompson callaghan donnell duffy mahony boyle healy shea
borg camilleri vella farrugia zammit galea micallef grech attard spiteri azzopardi mifsud caruana muscat agius fenech schembri
abela sammut gauci debono pace mallia zerafa saliba sciberras xuereb cutajar buttigieg bonnici
abate agostini aiello albanese alberti alfieri angeli antonelli arena baldi baldini ballarini barone barbato basile basso
battaglia bellini bellucci benedetti berardi bernardi bernini berti bertolini bettini biagi bianco biondi bonetti bonini borghi
boschi bosco
bruni brambilla bruno calabrese campana cannavaro capelli capone carbone carboni cardinale caputo casale casali castelli cavalli
cavallo ceccarelli cecchini ceci cerutti cimino cipriani cirillo colonna comi corsi corti cristiani crespi curti dangelo damico
deluca derosa desantis diluca dimarco durante fabiani falcone falco fava fazio federici felici fiore fiorentini fiori forte
franchi franco fumagalli fusco gagliardi galante gallina gambini garavaglia garofalo gatto gentili germani gervasi giannini
giglio giolitti
giuliani grandi grassi greco grimaldi guerra guidi innocenti iovine lanza leoni locatelli lorenzini lucchesi macri maggi magnani
manca mannino manzoni marchese marchi marini massa mauri mazzoni mele melis meloni merlo merli micheli milani milano modica
molinari
monaco montanari morandi moro morosini motta muti napoli nardi negri neri nicoletti noce olivieri orlandi orlando ottaviani pace
pagani pagano palmieri palma pavan pavone pellegrino perrone perini piazza piccoli pinto piras pisani poli ponti pozzi proietti
puglisi
quaranta ranieri rizzi riva rocca romagnoli rosati rosi rossetti rota ruggeri ruggiero sacchi salerno salvi salvini santini
sartori scala scalise scarpa schiavone scotti sorrentino spina spinelli stella tarantino tedesco togni tosi trentini turati
valente valentino valle
venturi ventura verdi vianello vinci visconti viviani volpe zanella zanetti zanini zito zola scamarcio montessori
aalbers aarts alberts albers arends arts baas backer beek beers bakels barendregt beekman bekker benschop berends bergh bergs
beukers boekel boer boersma boon boogaard boom booij borst bosman bouwman brandt braam bruin brouwers buijs bunt buuren claassen
coenen cornelissen
dekkers dijkman dijkhuis dirks doorn driessen duijn dunnewind eijk elzinga engelen es evers evertsen faber feenstra franssen
gelder geurts gerrits goedhart goor graaff groenen groot gruijter haak hagen ham haren hart heide heijden hendrix hermans
hermsen heus hoek hoeven
holman hoogendoorn horst hout houtman hulst jaspers jonge jonker joosten kamp kamps karels keizer kerkhof kerkhoff keulen klaver
klein kleijn knol koning konings koopman kooij koppen kort kramer kroon kruijf kuijpers laan lammers langen leeuw lith linssen
loon lubbers luijten
maas manders meeuwis meijers meulen mol molenaar moor muijs naber nieuwenhuis noort nooteboom nijland oosterhuis oosten
ouwerkerk overbeek pol pieters ploeg pool poort pronk put rademaker ridder rietveld rooij roosendaal rossum ruijter rutten
sanders santen schepers scheper schipper
schijndel schreuder schouten schuurman sluis smeets snel snijders spaan spijker staal steen stolk straten swart teunissen
thijssen timmerman timmermans tol uden velde velden verbeek verbruggen verhagen verkerk vermeer versteeg verweij vermaat vliet
vogels voort vreeswijk vroom waal wal
weert westra wiel wijk wildeboer willemsen wilms winkel winter wolters wouters zanden zanten zeeuw zijlstra zwart deprez aerts
groof vermeersch cools pauwels hermans michiels declercq lemmens verstraete segers bogaert vandamme devos baert thys claeys
coppens
adamski andrzejewski baranowski banaś banach bąk bednarek bielecki bieniek biernacki błaszczyk borkowski borowski brzozowski
bukowski cebula chmiel chmielewski cichocki cieślak czajka czarnecki czerwiński domagała domański drozd dziedzic fijałkowski
filipek gajda gajewski gawron gawroński głowacki gołębiowski
grzelak grzyb jabłonowski janicki janik jarosz jasiński jastrzębski jóźwiak kaczor kalinowski kania kaźmierczak klimek kłos
kołodziej kołodziejczyk konieczny kopeć kosiński kowal kozak kozieł koza kozłow kołodziejski krajewski krakowiak krupa kruk
kubiak kucharski kujawa kurek kurowski laskowski lech lis lipiński
łukasik łuczak maciejewski madej majchrzak makowski małecki marczak matuszewski matusiak mikołajczyk milewski mróz mucha
muszyński nawrocki niemiec niewiadomski nowacki olejniczak orłowski osiński owczarek panek paluch pietras pietrzyk piątek
podgórski polak popławski przybylski przybyła ptak rak rogala rogowski romanowski
rosiński rybak rzepka sadowski sawicki serafin siwek skiba skowroński sobczak sobczyk socha sosnowski stachowiak stankiewicz
stasiak stefański stolarczyk strzelecki sułkowski szczepaniak szczepański szulc szymczak śliwa śliwiński świątek tkaczyk tomczak
tomczyk turek urban urbaniak urbański wasilewski wawrzyniak wawrzyńczyk
węgrzyn wierzbicki wilczek wilk wilczyński włodarczyk wojtas wojtasik wolski wrona wrzesiński wysocki zając zaremba zawada
zawadzki zięba ziółkowski żak żuk żurawski
antić antunović babić bačić bakić banić barić bašić begić benić blažević bilić bogdanović borić bosnić bošković brkić bulić
buljan burić crnković čačić čović čulić ćosić delić dragić dujmović dukić đurić ercegovac filipović franić galić grbac grgić
grubišić gudelj hadžić horvatić ivanković ivančić ivanović ivić jakšić
jelić josić jovanović juričić jurković kasun katić klarić kokić kolarić komljenović kos kosić kralj krpan kukec kukučka kurtović
lacković lasić leko lončar lončarić lučić lukić ljubić majić mandić maras maričić marinović martić martinić martinović matijević
matković mihaljević mikulić milić miličević miletić miloš mišić
mlinarić modrić mrkonjić nikolić novaković novosel obradović orešković pađen pavičić pavić pavlić periša petković pintarić
plazibat poljak posavec potočnik prpić pušić radman radoš rakitić rendić rogić rukavina sabljić sertić stanić stipić stojanović
šarić šimić šimunović škunca škarić špoljarić štimac tadić tokić tomašević
tomašić turk tušek varga vidić vlašić vrdoljak vrban vučković vukić vukojević vuković zadro zorić žanić živković župan
παπαδημητρίου παπανικολάου παπαγεωργίου παπαϊωάννου παπαθανασίου παπακωνσταντίνου παππά καραγιάννης καραμανλής μακρής
γιαννόπουλος ζαφειρίου θεοδωρίδης κωστόπουλος λαμπρόπουλος μαυρίδης νικολαΐδης σταματίου τσακίρης χατζής χριστόπουλος
"""

ENDINGS = tuple(
    """
ski ska sky skis skiene cki cka dzki wicz vicz vich vič ović ević ovich
evich ić ova ove ov ová eva ev evová ek ík ák czyk czak iak arz
escu eanu anu iu aru oiu ache opoulos opoulou idis idou akis aki oglou atos iadis ellis enos poulos nen inen sson sen son dottir
ström berg gren
qvist kvist lund
mann meier mayer meyer bauer hofer huber stein bach inger ler auer wald feld haus
ez es eira eiro inho elli etti ini oni ucci ino ano ardi aldi acci ella ello illi
stra sma enga ink huis hof veld broek
auskas aitis ėnas ūnas evičius avičius inskas auskienė ienė aitė ytė utė ins iņš iņa ietis enko ko chuk uk ián yan
fy ffy szky vári ovits
ски ска ов ова ев ева чев чева ин ина енко ук опулос опούλου
όπουλος οπούλου ίδης ίδου άκης άκη ιάδης ιάδου ίου ου έλης άτος
ης ας ος ού ρη λη
""".split()
)
"""How surnames end where lists cannot hold them all; they count beside a given name only, or where other evidence is strong."""

STRONG_ENDINGS = tuple(
    """
ov ova ev eva ska ski sky wicz czyk ovic evic avic vic escu eanu auskas auskiene evicius avicius aitis aite unas ins ina itis ite
sson nen
opoulos idis akis enko iuk oglu ов ова ев ева ски ска όπουλος οπούλου ίδης ίδου άκης άκη ιάδης ούλας ούλης άτος
""".split()
)
"""Those of them that other words seldom have."""
