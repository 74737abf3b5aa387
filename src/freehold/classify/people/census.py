"""Given names and surnames of the United States census of 1990, the commonest: public domain, as works of the US government.

Source: U.S. Census Bureau, "Frequently Occurring Surnames and First Names" (dist.female.first, dist.male.first, dist.all.last).
They serve for Europe because most of its surnames went there too; what they lack stands in `european`.
"""

from __future__ import annotations

GIVEN = """
aaron abbey abbie abby abdul abe abel abigail abraham abram ada adalberto adaline adam adan addie adela adelaida adelaide adele
adelia adelina adeline adell adella adelle adina adolfo adolph adria adrian adriana adriane adrianna adrianne adriene adrienne
afton agatha agnes agustin agustina ahmad ahmed aida aileen aimee aisha aja akiko alaina alan alana alanna alba albert alberta
albertha albertina albertine alberto albina alda alden aldo alec alecia aleida alejandra alejandrina alejandro alena alene
alesha alesia aleta aletha alethea alethia alex alexa alexander alexandra alexandria alexia alexis alfonso alfonzo alfred
alfreda alfredo ali alia alica alice alicia alida alina aline alisa alise alisha alishia alisia alison alissa alix aliza alla
allan allegra allen allene allie alline allison allyson alma almeda almeta alonso alonzo alpha alphonse alphonso alta altagracia
altha althea alton alva alvaro alvera alvin alvina alyce alycia alyse alysha alysia alyson alyssa amada amado amalia amanda
amber ambrose amelia america ami amie amina ammie amos amparo amy ana anabel anastacia anastasia anderson andra andre andrea
andreas andree andres andrew andria andy anette angel angela angele angelena angeles angelia angelic angelica angelika angelina
angeline angelique angelita angella angelo angie angle anglea anh anibal anika anissa anita anitra anjanette ann anna annabel
annabell annabelle annalee annalisa annamae annamarie anne anneliese annemarie annett annetta annette annice annie annis
annmarie anthony antione antionette antoine antoinette anton antone antonette antonia antonietta antonina antonio antony antwan
anya april apryl araceli aracelis aracely arcelia archie ardell ardella arden ardis ardith aretha ariana ariane arianna arie
ariel arielle arla arleen arlen arlena arlene arletta arlette arlie arline armand armanda armando armida arminda arnetta arnita
arnold arnoldo arnulfo aron arron art arthur artie arturo arvilla asa asha ashely ashlee ashleigh ashley ashli ashlie ashly
ashlyn ashton asia assunta astrid asuncion athena aubrey audie audra audrea audrey audry august augusta augustina augustine
augustus aundrea aura aurea aurelia aurelio aurora austin autumn ava avelina avery avis awilda ayana ayanna ayesha azucena
babara babette bailey bambi barb barbar barbara barbera barbie barbra barney barrett barry bart barton basil bea beatrice
beatriz beau beckie becky belen belia belinda bella belle belva ben benedict benita benito benjamin bennett bennie benny benton
berenice bernadette bernadine bernard bernardo berneice bernetta bernice bernie berniece bernita berry bert berta bertha bertie
bertram beryl bess bessie beth bethann bethany bethel betsey betsy bette bettie bettina betty bettye beulah bev beverlee
beverley beverly bianca bill billie billy billye birdie birgit blaine blair blake blanca blanch blanche blythe bob bobbi bobbie
bobby bobbye bonita bonnie bonny booker boris boyce boyd brad bradford bradley bradly brady brain branda brandee branden brandi
brandie brandon brandy brant breanna breanne bree brenda brendan brendon brenna brent brenton bret brett brian briana brianna
brianne brice bridget bridgett bridgette brigette brigid brigida brigitte brinda britany britney britni britt brittani brittany
brittney brittni brock broderick bronwyn brook brooke brooks bruce brunilda bruno bryan bryant bryce brynn bryon buck bud buddy
buffy buford burl burt burton buster byron caitlin caitlyn caleb callie calvin camelia cameron cami camilla camille cammie
candace candance candelaria candi candice candida candie candis candy candyce caprice cara caren carey cari caridad carie carin
carina carisa carissa carl carla carleen carlene carletta carley carlie carline carlo carlos carlota carlotta carlton carly
carlyn carma carman carmel carmela carmelina carmelita carmella carmelo carmen carmine carmon carol carolann carole carolee
carolina caroline carolyn carolyne carolynn caron carri carrie carrol carroll carson carter cary caryl caryn casandra casey
casie cassandra cassidy cassie catalina catarina caterina catharine catherine cathey cathi cathie cathleen cathrine cathryn
cathy catina catrina cecelia cecil cecila cecile cecilia cecily cedric cedrick celena celeste celestina celestine celia celina
celine cesar chad chadwick chana chance chanda chandra chanel chang chantal chante chantel chantell chantelle charise charissa
charisse charity charla charleen charlene charles charlette charley charlie charline charlotte charmaine charolette chas chase
chasity chastity chau chauncey chaya chelsea chelsey chelsie cheri cherie cherise cherish cherly cherri cherrie cherry cherryl
cheryl cheryle cheryll chester chet cheyenne chi chin chiquita chloe chong chris chrissy christa christal christeen christel
christen christena christene christi christian christiana christiane christie christin christina christine christoper
christopher christy chrystal chuck chun chung ciara cicely ciera cierra cinda cindi cindy cinthia clair claire clara clare
clarence claribel clarice clarine clarissa clarita clark claud claude claudette claudia claudine claudio clay clayton clement
clemente clementina clementine clemmie cleo cleopatra cleora cleta cletus cleveland cliff clifford clifton clint clinton
clotilde clyde cody colby cole coleen coleman coletta colette colin colleen collen collette collin colton columbus concepcion
concetta conchita connie conrad constance consuela consuelo cora coral corazon cordelia cordell cordie coreen corene coretta
corey cori corie corina corine corinna corinne corliss cornelia cornelius cornell corrie corrina corrine cortez cortney cory
courtney coy craig criselda crissy crista cristal cristen cristi cristie cristin cristina cristine cristobal cristopher cristy
cruz crystal curt curtis cyndi cynthia cyril cyrus cythia dagmar dahlia daisey daisy dale dalia dalila dallas dalton damaris
damian damien damion damon dan dana danae dane danelle danette dani dania danial danica daniel daniela daniele daniella danielle
danika danilo danita danna dannette dannie dannielle danny dante danuta danyelle daphine daphne dara darby darci darcie darcy
darell daren daria darin dario darius darla darleen darlene darline darnell daron darrel darrell darren darrick darrin darron
darryl darwin daryl dave david davida davina davis dawn dawna dawne dayle dayna dean deana deandra deandre deane deangelo deann
deanna deanne deb debbi debbie debbra debby debi debora deborah debra debrah debroah dedra dee deeann deena deidra deidre
deirdre del delana delbert delena delfina delia delicia delilah delinda delisa dell della delma delmar delmer delois delora
delores deloris delpha delphia delphine delta demarcus demetra demetria demetrice demetrius dena deneen denese denice denis
denise denisha denita denna dennis dennise denny denver deon derek derick derrick deshawn desirae desire desiree desmond dessie
destiny detra devin devon devona devora devorah dewayne dewey dewitt dexter diamond dian diana diane diann dianna dianne dick
diedra diedre diego digna dillon dimple dina dinah dino dion dione dionna dionne dirk dixie dollie dolly dolores doloris domenic
domenica dominga domingo dominic dominick dominique dominque domonique don dona donald donetta dong donita donn donna donnell
donnie donny donovan donte donya dora dorathy dorcas doreen dorene doretha dori dorian dorie dorinda dorine doris dorotha
dorothea dorothy dorris dorsey dortha dorthea dorthy dot dottie doug douglas douglass dovie doyle dreama drema drew drucilla
drusilla duane dudley dulce duncan dung dustin dusty dwain dwayne dwight dyan dylan earl earle earlean earleen earlene earline
earnest earnestine eartha easter eboni ebony echo eda edda eddie eddy edelmira eden edgar edgardo edie edison edith edmond
edmund edmundo edna eduardo edward edwardo edwin edwina edythe effie efrain efren eileen elaina elaine elana elanor elayne elba
elbert elda elden eldon eldora eldridge eleanor eleanora eleanore elease elena eleni elenor elenora elfriede eli elia eliana
elias elicia elida elijah elinor elisa elisabeth elise eliseo elisha elissa eliza elizabeth elizbeth elizebeth elke ella ellen
ellie elliot elliott ellis ellsworth elly ellyn elma elmer elmira elmo elna elnora elodia elois eloisa eloise elouise eloy elroy
elsa else elsie elton elva elvera elvia elvie elvin elvina elvira elvis elwood elyse ema emanuel emelda emelia emerson emery
emiko emil emile emilee emilia emilie emilio emily emma emmanuel emmett emmie emmitt emmy emogene emory ena enedina eneida enid
enoch enola enrique enriqueta epifania era erasmo eric erica erich erick ericka erik erika erin erinn erlene erlinda erline erma
ermelinda erminia erna ernest ernestina ernestine ernesto ernie errol ervin erwin esmeralda esperanza essie esta esteban estela
estell estella estelle ester esther estrella ethan ethel ethelene ethelyn ethyl etta eugene eugenia eugenie eugenio eula eulalia
eun eunice eusebio eva evalyn evan evangelina evangeline eve evelia evelin evelina eveline evelyn evelyne everett everette
evette evie evon evonne exie ezekiel ezequiel ezra fabian fabiola fae faith fallon fannie fanny farah farrah fatima faustina
faustino fausto fawn fay faye federico felecia felica felice felicia felicita felicitas felipa felipe felisa felisha felix
felton ferdinand fermin fern fernanda fernando ferne fidel filiberto filomena fiona flavia fletcher flo flor flora florance
florence florencia florencio florene florentina florentino floretta florida florinda florine flossie floy floyd fonda forest
forrest foster fran france frances francesca francesco francie francina francine francis francisca francisco francoise frank
frankie franklin franklyn fred freda freddie freddy frederic frederica frederick fredericka fredia fredric fredrick freeda
freeman freida frieda fritz fumiko gabriel gabriela gabriele gabriella gabrielle gail gale galen garfield garland garnet garnett
garret garrett garry garth gary gaston gavin gay gaye gayla gayle gaylene gaylord gaynell gearldine gemma gena genaro gene
geneva genevieve genia genie gennie genoveva geoffrey george georgene georgetta georgette georgia georgiana georgianna georgie
georgina georgine gerald geraldine geraldo geralyn gerard gerardo gerda geri germaine german gerri gerry gertha gertie gertrud
gertrude gia gigi gil gilbert gilberto gilda gillian gina ginger ginny gino giovanna giovanni gisela gisele giselle giuseppe
gladis glady gladys glen glenda glendora glenn glenna glennie glennis glinda gloria glory glynda golda goldie gonzalo gordon
grace gracia gracie graciela grady graham graig grant granville greg gregg gregoria gregorio gregory greta gretchen gretta
griselda grover guadalupe gudrun guillermina guillermo gus gussie gustavo guy gwen gwenda gwendolyn gwenn gwyn hae hai hailey
hal haley halina hallie hana hanh hank hanna hannah hannelore hans harlan harland harley harmony harold harriet harriett
harriette harris harrison harry harvey hassan hattie haydee hayden hayley haywood hazel heath heather hector hedwig hedy hee
heide heidi helen helena helene helga hellen henrietta henriette henry herb herbert heriberto herlinda herman hermelinda hermina
hermine herminia herschel hershel hester hettie hilaria hilario hilary hilda hilde hildegard hildegarde hildred hillary hilma
hilton hipolito hiram hiroko hoa hobert holley holli hollie hollis holly homer honey hong hope horace horacio hortencia hortense
hortensia hosea houston howard hoyt hubert huey hugh hugo hui hulda humberto hung hunter huong hyacinth hye hyman hyon hyun ian
ida idalia idell idella iesha ignacia ignacio ike ila ilana ilda ileana ilene iliana ilona ilse iluminada ima imelda imogene ina
india indira inell ines inez inga inge ingeborg inger ingrid inocencia iola iona ione ira irena irene irina iris irish irma
irmgard irvin irving irwin isa isaac isabel isabell isabella isabelle isaiah isaias isaura isela isiah isidra isidro isis ismael
israel isreal issac iva ivan ivana ivette ivonne ivory ivy jacalyn jacinta jacinto jack jackeline jacki jackie jacklyn jackson
jaclyn jacob jacqualine jacque jacquelin jacqueline jacquelyn jacquelyne jacquelynn jacques jacquiline jacquline jacqulyn jada
jade jadwiga jae jaime jaimie jake jaleesa jamaal jamal jamar jame jamel james jamey jami jamie jamila jamison jammie jan jana
janae janay jane janeen janel janell janelle janene janessa janet janeth janett janetta janette janey janice janie janina janine
janis janita jann janna jannette jannie jaqueline jared jarod jarred jarrett jarrod jarvis jasmin jasmine jason jasper jaunita
javier jay jayme jayne jayson jazmin jazmine jean jeana jeane jeanene jeanetta jeanette jeanie jeanine jeanna jeanne jeannette
jeannie jeannine jed jeff jefferey jefferson jeffery jeffrey jeffry jen jena jenell jenelle jenette jeni jenice jenifer jeniffer
jenine jenise jenna jennefer jennette jenni jennie jennifer jenniffer jenny jerald jeraldine jeramy jere jeremiah jeremy jeri
jerilyn jermaine jerold jerome jeromy jerrell jerri jerrie jerrod jerrold jerry jesenia jesica jess jesse jessenia jessi jessica
jessie jesus jesusa jettie jewel jewell jill jillian jim jimmie jimmy jin jina joan joana joanie joann joanna joanne joaquin
jocelyn jodee jodi jodie jody joe joeann joel joella joelle joellen joesph joetta joey johana johanna john johnathan johnathon
johnetta johnie johnna johnnie johnny johnson joi jolanda joleen jolene jolie jolynn jon jona jonah jonas jonathan jonathon
jonell jonelle joni jonna jonnie jordan jordon jorge jose josef josefa josefina joselyn joseph josephina josephine josette josh
joshua josiah josie joslyn jospeh josue jovita joy joyce joycelyn joye juan juana juanita jude judi judie judith judson judy
julee jules juli julia julian juliana juliane juliann julianna julianne julie julienne juliet julieta juliette julio julissa
julius june jung junior junita justin justina justine jutta kacey kaci kacie kacy kaitlin kaitlyn kala kaley kali kam kami
kandace kandi kandice kandy kara karan kareem karen karey kari karie karin karina karine karissa karl karla karleen karlene
karma karmen karol karolyn karon karren karri karrie karyl karyn kasandra kasey kasie kassandra kassie kate katelyn kathaleen
katharina katharine kathe katherin katherine kathern katheryn kathey kathi kathie kathleen kathlene kathlyn kathrine kathryn
kathryne kathy kathyrn kati katia katie katina katlyn katrice katrina kattie katy kay kaye kayla kaylee kayleen kayleigh kaylene
kazuko kecia keely keena keenan keesha keiko keisha keith keli kelle kellee kelley kelli kellie kelly kellye kelsey kelsie
kelvin ken kena kendall kendra kendrick keneth kenisha kenna kenneth kennith kenny kent kenton kenya kenyatta kenyetta keri
kermit kerri kerrie kerry kesha keshia keven kevin kia kiana kiara kiera kiesha kieth kiley kim kimber kimberely kimberlee
kimberley kimberli kimberlie kimberly kimbery kimiko kindra king kip kira kirby kirk kirsten kirstin kisha kitty kizzy korey
kori kory kourtney kraig kris krista kristal kristan kristel kristen kristi kristian kristie kristin kristina kristine kristofer
kristopher kristy kristyn krysta krystal krystle krystyna kum kurt kurtis kyla kyle kylee kylie kym kymberly kyong kyra kyung
lacey laci lacie lacy ladonna lady lai laila lakeisha lakesha lakeshia lakisha lamar lamont lan lana lance landon lane lanell
lanette lani lanita lanny laquita lara larae laraine larhonda larisa larissa laronda larry larue lasandra lashanda lashawn
lashonda lashunda latanya latasha latashia latesha latia laticia latisha latonia latonya latoria latosha latoya latrice latricia
latrina launa laura laure laureen laurel lauren laurence laurene lauretta laurette lauri laurice laurie laurine lavada lavera
lavern laverna laverne lavina lavinia lavon lavonda lavonia lavonne lawana lawanda lawanna lawerence lawrence layla lazaro lea
leah leana leandra leandro leann leanna leanne leatha leatrice leda lee leeann leeanna leeanne leesa leif leigh leighann leila
leilani leisa lela leland lelia lemuel len lena lenard lenna lennie lenny lenora lenore leo leola leon leona leonard leonarda
leonardo leone leonel leonie leonila leonor leonora leonore leopoldo leora leota lera leroy les lesa lesia leslee lesley lesli
leslie lessie lester leta letha leticia letitia lettie letty levi lewis lexie lezlie lia liana liane libby liberty librada lida
lidia lien ligia lila lili lilia lilian liliana lilla lillian lillie lilly lily lin lina lincoln linda lindsay lindsey lindy
linette ling linh linnea linnie lino linsey linwood lionel lisa lisbeth lise lisette lisha lissa lissette lita livia liz liza
lizabeth lizbeth lizette lizzie lloyd loan logan loida lois lola lolita loma lon lona long loni lonna lonnie lonny lora loraine
lore loree loreen lorelei loren lorena lorene lorenza lorenzo loretta lori loriann lorie lorinda lorine lorna lorraine lorretta
lorri lorrie lory lottie lou louann louanne louella louie louis louisa louise lourdes louvenia lovella lovie lowell loyce loyd
luana luann luanne lucas lucia luciana luciano lucie lucien lucienne lucila lucile lucille lucina lucinda lucio lucius lucrecia
lucretia lucy ludie lue luella luigi luis luisa luise luke lula lulu luna lupe lupita lura lurline luther luvenia luz lyda lydia
lyla lyle lyman lyn lynda lyndon lyndsay lyndsey lynell lynelle lynette lynn lynne lynnette lynsey lynwood mabel mable mac
machelle macie mack mackenzie macy madaline madalyn madeleine madeline madelyn madge madie madison madlyn madonna mae maegan
magaly magan magaret magda magdalen magdalena magdalene magen maggie magnolia mai maia maida maira major majorie malcolm malcom
malia malik malika malinda malisa malissa mallory mamie mammie man mana manda mandi mandy manual manuel manuela maple mara
maranda marc marcel marcela marcelina marceline marcelino marcella marcelle marcellus marcelo marci marcia marcie marco marcos
marcus marcy maren margaret margareta margarete margarett margaretta margarette margarita margarite margarito margart marge
margeret margery marget margie margit margo margorie margot margret marguerita marguerite margurite mari maria mariah mariam
marian mariana mariann marianna marianne mariano maribel maribeth maricela marie mariel mariela marietta marilee marilou marilu
marilyn marilynn marina mario marion marisa marisela marisol marissa marita maritza marjorie marjory mark markita markus marla
marlana marleen marlen marlena marlene marlin marlo marlon marlyn marlys marna marni marnie marquerite marquetta marquis
marquita marry marsha marshall marta martha marti martin martina martine marty marva marvel marvin mary marya maryalice maryam
maryann maryanne marybeth maryellen maryjane maryjo marylee marylin marylou marylyn masako mason mathew mathilda mathilde
matilda matilde matt matthew mattie maud maude maudie maura maureen maurice mauricio maurine mauro mavis max maxie maximo maxine
maxwell may maya maybell maybelle maye mayme maynard mayra mazie mckenzie mckinley meagan meaghan mechelle mee meg megan meggan
meghan meghann mei mel melaine melanie melany melba melina melinda melisa melissa melissia mellie mellisa mellissa melodie
melody melonie melony melva melvin melvina melynda mercedes mercy meredith meri meridith merilyn merle merlene merlin merna
merri merrill merry mervin meryl meta mia micaela micah michael michaela michal michale micheal michel michele micheline michell
michelle michiko mickey micki mickie migdalia miguel miguelina mika mike mikel mikki mila milagro milagros milan mildred miles
milford milissa millard millicent millie milo milton mimi min mina mindi mindy minerva minh minna minnie miquel mira miranda
mireille mireya miriam mirian mirna mirta mirtha missy misti misty mitch mitchel mitchell mittie mitzi modesta modesto mohamed
mohammad mohammed moira moises mollie molly mona monica monika monique monroe monserrate monte monty morgan morris morton mose
moses moshe mozell mozella mozelle mui muriel murray myles myong myra myriam myrle myrna myron myrtice myrtie myrtis myrtle
myung nada nadia nadine nakia nakisha nakita nan nana nanci nancie nancy nanette nannette nannie naoma naomi napoleon narcisa
natalia natalie natasha nathalie nathan nathanael nathanial nathaniel natividad natosha neal ned nedra neil nelda nelia nelida
nell nella nelle nellie nelly nelson nena neoma nereida nerissa nestor neta nettie neva neville newton nga ngoc nia nichelle
nichol nicholas nichole nick nicki nickie nickolas nickole nicky nicol nicola nicolas nicolasa nicole nicolette nicolle nidia
nieves nigel niki nikia nikita nikki nikole nila nilda nilsa nina ninfa nita noah noble noe noel noelia noella noelle noemi nola
nolan noma nona nora norah norbert norberto noreen norene norine norma norman normand norris nova novella numbers nydia nyla
obdulia ocie octavia octavio odell odessa odette odilia odis ofelia ola olen oleta olga olin oliva olive oliver olivia ollie
olympia oma omar omega omer ona oneida opal ophelia ora oralia oren orlando orpha orval orville oscar ossie osvaldo oswaldo otha
otilia otis otto ouida owen ozella pablo page paige palma palmer pam pamala pamela pamelia pamella pandora pansy paola paris
parker particia pasquale pat patience patrica patrice patricia patrick patrina patsy patti pattie patty paul paula pauletta
paulette paulina pauline pearl pearle pearlene pearlie pearline pedro peggie peggy penelope penney penni pennie penny percy
perla perry pete peter petra petrina phil philip phillip phillis philomena phoebe phuong phylis phyliss phyllis pia piedad
pierre pilar pinkie piper polly porfirio porsha porter portia precious preston pricilla prince princess priscilla prudence qiana
queen queenie quentin quiana quincy quinn quintin quinton rachael racheal rachel rachele rachell rachelle racquel rae raeann
rafael rafaela raina raleigh ralph ramiro ramon ramona ramonita rana ranae randa randal randall randee randell randi randolph
randy raphael raquel rashad rasheeda rashida raul raven ray raye rayford raylene raymon raymond raymundo rayna reatha reba
rebbeca rebbecca rebeca rebecca rebekah reda reed refugio regan regena regenia reggie regina reginald reid reiko reina reinaldo
remedios rena renae renaldo renata renate renato rene renea renee renetta renita reta retha retta reuben reva rex rey reyes
reyna reynaldo rhea rhett rhiannon rhoda rhonda ricardo rich richard richelle richie rick rickey rickie ricky rico rigoberto
rikki riley rina risa rita rob robbie robbin robby robert roberta roberto robin robt robyn rocco rochell rochelle rocio rocky
rod roderick rodger rodney rodolfo rodrick rodrigo rogelio roger roland rolanda rolando rolf rolland roma romaine roman romana
romelia romeo romona ron rona ronald ronda roni ronna ronni ronnie ronny roosevelt rory rosa rosalba rosalee rosalia rosalie
rosalina rosalind rosalinda rosaline rosalva rosalyn rosamond rosana rosann rosanna rosanne rosaria rosario rosaura roscoe rose
roseann roseanna roseanne rosella roselyn rosemarie rosemary rosendo rosetta rosia rosie rosina rosita roslyn ross rowena roxana
roxane roxann roxanna roxanne roxie roy royal royce rozella ruben rubie rubin ruby rubye rudolf rudolph rudy rueben rufina rufus
rupert russ russel russell rusty ruth ruthann ruthie ryan sabina sabine sabra sabrina sachiko sade sadie sal salena salina
sallie sally salome salvador salvatore sam samantha samara samatha samira sammie sammy samual samuel sandi sandra sandy sanford
sang sanjuana sanjuanita sanora santa santana santiago santina santo santos sara sarah sari sarina sarita sasha saul saundra
savanna savannah scarlet scarlett scot scott scottie scotty sean sebastian sebrina selena selene selina selma serena sergio
serina seth seymour sha shad shaina shakira shalonda shameka shamika shana shanda shandra shane shaneka shanell shanelle shani
shanice shanika shanita shanna shannan shannon shanon shanta shante shantel shantell shara sharee sharen shari sharita sharla
sharleen sharlene sharon sharonda sharron sharyl sharyn shasta shaun shauna shaunna shavon shavonne shawana shawanda shawn
shawna shawnda shawnee shawnna shay shayla shayna shayne shea sheena sheila sheilah shela shelba shelby sheldon shelia shelley
shelli shellie shelly shelton shemika shena shenita sheree sheri sherie sherilyn sherita sherley sherly sherlyn sherman sheron
sherrell sherri sherrie sherrill sherron sherry sherryl sherwood shery sheryl shiela shira shirlee shirleen shirlene shirley
shirly shon shona shonda shonna shoshana shu sibyl sid sidney sierra signe sigrid silas silva silvana silvia simon simona simone
sindy siobhan skye slyvia socorro sofia sol solange soledad solomon sommer son sondra song sonia sonja sonny sonya soo sook soon
sophia sophie soraya spencer spring stacey staci stacia stacie stacy stan stanford stanley stanton star starla starr stefan
stefani stefania stefanie steffanie stella stephaine stephan stephane stephani stephanie stephany stephen stephenie stephine
sterling steve steven stevie stewart stormy stuart sudie sue sueann suellen suk summer sun sung sunny sunshine susan susana
susann susanna susannah susanne susie suzan suzann suzanna suzanne suzette suzie suzy sybil syble sydney sylvester sylvia
synthia syreeta tabatha tabetha tabitha tad takisha talia talisha talitha tam tamala tamar tamara tamatha tameika tameka tamekia
tamela tamera tamesha tami tamica tamie tamika tamiko tammara tammi tammie tammy tamra tana tanesha tangela tania tanika tanisha
tanja tanna tanner tanya tara tarah tarsha taryn tasha tashia tatiana tawana tawanda tawanna tawny tawnya taylor ted teddy teena
temeka tena tenisha tennie tennille teodora teodoro tequila tera tereasa terence teresa terese teresita teressa teri terra
terrance terrell terrence terresa terri terrie terry tesha tess tessa tessie thad thaddeus thalia thanh thao thea theda thelma
theo theodora theodore theola theresa therese theresia theron thersa thomas thomasina thomasine thresa thu thurman thuy tia
tiana tianna tiara tierra tiesha tiffani tiffanie tiffany tiffiny tillie tim timmy timothy tina tiny tisha titus tobias toby tod
todd tom tomas tomasa tomeka tomika tommie tommy tomoko tonda toney toni tonia tonie tonja tony tonya tori tory tosha toshiko
towanda toya tracee tracey traci tracie tracy trang travis trena trent trenton tresa tressa tressie treva trevor trey tricia
trina trinidad trinity trish trisha trista tristan troy trudi trudie trudy trula truman tuan tuyet twana twila twyla tyesha
tyler tyra tyree tyrell tyron tyrone tyson ulysses una ursula usha vada val valarie valda valencia valentin valentina valentine
valeria valerie valery vallie valorie van vance vanda vanesa vanessa vanita vannessa vaughn veda velda velia vella velma velva
velvet vena venessa venice venita venus veola vera verda verdell verdie verena vergie verla verlene verlie vern verna vernell
vernetta vernice vernie vernita vernon verona veronica versie vesta veta vicenta vicente vickey vicki vickie vicky victor
victoria vida vikki vilma vina vince vincent vincenza vincenzo vinnie viola violet violeta violette virgie virgil virgilio
virgina virginia vita vito viva vivan vivian viviana vivien vivienne von vonda vonnie wade wai waldo walker wallace wally walter
walton waltraud wanda wanita ward warner warren waylon wayne wei weldon wendell wendi wendy werner wes wesley weston whitney
wilber wilbert wilbur wilburn wilda wiley wilford wilfred wilfredo wilhelmina will willa willard willene willette willia william
williams willian willie willis willy wilma wilmer wilson wilton windy winford winfred winifred winnie winnifred winona winston
wonda woodrow wyatt wynona xavier xiomara yadira yan yang yanira yasmin yee yen yesenia yetta ying yoko yolanda yolande yolando
yolonda yong yoshiko young yukiko yuko yun yvette yvonne zachariah zachary zachery zack zackary zaida zandra zane zelda zella
zelma zena zenaida zenobia zina zita zoe zofia zoila zola zona zora zoraida zula zulema zulma
"""

SURNAMES = """
aaron abad abarca abbate abbey abbott abdullah abe abel abell abels abercrombie abernathy abernethy abeyta able ables abner
abney abraham abrahams abrahamson abram abrams abramson abrego abreu abron absher abshire abston acevedo aceves acheson acker
ackerman ackermann ackerson ackley acklin acord acosta acree acton acuff acuna adair adam adamczyk adame adames adamo adams
adamski adamson adan adcock addington addis addison addy adelman adelson adkins adkinson adkison adkisson adler adorno adrian
agan agee agnew agostini agosto aguayo aguero aguiar aguila aguilar aguilera aguirre agustin ahearn ahern ahlers ahmad ahmed ahn
ahner aho ahrens ahumada aiello aiken aikens ainsworth aitken ake aker akers akin akins akridge alamo alanis alaniz alarcon alba
albanese albano albarran albaugh albee alber albers albert alberto alberts albertson albin albino albrecht albright albritton
albro alcala alcantar alcantara alcaraz alcorn aldana alday alden alder alderete alderman alderson aldrich aldridge alegria
alejandro alejo aleman alessi alex alexander alexandre alexis alfano alfaro alfonso alford alfred alger ali alicea alkire allain
allaire allan allard allbritton alldredge alleman allen allender alley alleyne allgood allie allison allman allmon alloway
allred allsop allums almanza almanzar almaraz almazan almeida almendarez almodovar almon almond almonte alonso alonzo alpert
alston alsup alt altamirano alter althoff altieri altizer altman altom alton alva alvarado alvardo alvarenga alvares alvarez
alverez alverson alves alvey alvis alvord amado amador aman amann amaral amaro amato amaya ambler ambriz ambrose amburgey amedee
amerson ames amey amezcua amezquita amick amidon amin ammerman ammons amore amoroso amos amundsen amundson amy anaya ancheta
anchondo anders andersen anderson anderton andes andino andrade andre andreas andreasen andres andresen andress andrew andrews
andrus andujar ange angel angeles angell angelo angle anglin anguiano angulo angus ankney annis ansell anselmo ansley anson
anthony antoine anton antone antonelli antonio antonucci anzalone aparicio apodaca aponte appel apperson apple appleby applegate
appleton applewhite appling aquilar aquino aragon araiza arambula arana aranda arango araujo arbogast arbuckle arce arceneaux
archambault archer archibald archie archuleta arciniega arcuri ard arden ardoin arellano arena arenas arends arendt arevalo argo
arguelles arguello argueta arias arispe arledge arline armand armas armbruster armendariz armenta armentrout armes armijo
armistead armitage armour arms armstead armstrong arndt arneson arnett arnette arney arnold arnone arocho aron aronson arp
arredondo arreola arriaga arrington arriola arrowood arroyo arruda arsenault arteaga arter arterburn arthur artis artrip arvin
arvizu arwood arzola asay asberry asbury ascencio asencio ash ashbaugh ashburn ashby ashcraft ashcroft ashe asher ashford ashley
ashlock ashman ashmore ashton ashworth askew askins aston astorga asuncion atchison atchley atencio atherton athey atkin atkins
atkinson attaway atterberry atwater atwell atwood aube aubin aubrey aubry aubuchon auclair aucoin audet audette auer auerbach
auger august auguste augustin augustine augustus auld ault aultman auman aust austin auten authement autrey autry avallone
avalos avant avelar avendano avent averett averill avery avila aviles avina avis awad axtell ayala aybar aycock ayer ayers ayon
ayotte ayres azar azevedo aziz azure babb babbitt babcock baber babin babineaux baca baccus bach bachman bachmann back backer
backes backman backus bacon bade baden bader badger badgett badillo baer baez baeza bagby baggett bagley bagwell bahena bahr
baier bailes bailey baillargeon baily bain bainbridge baines bair baird baisden baity baize bak baker bakke bakken bakker balch
balcom balderas baldridge baldwin bale balentine bales ball ballance ballard ballenger ballentine ballesteros ballew ballinger
ballou balmer balogh balsamo baltazar baltimore baltz balzer banach banas bancroft banda bandy bane baney bang bangs banister
bank banker bankhead banks bankston banner banning bannister bannon banta banton banuelos baptist baptista baptiste barahona
barajas baran baranowski barb barba barbara barbeau barbee barber barbera barbieri barbosa barbour barboza barcenas barclay
barcus bard barden bardwell bare barefield barefoot barela barfield bargas barge barger barham barhorst baril barker barkley
barks barksdale barlett barley barlow barna barnard barner barnes barnett barnette barney barnhart barnhill barns barnum
barnwell baron barone barr barra barragan barraza barre barrentine barrera barreras barreto barrett barrette barrick barrie
barrientos barrier barriga barringer barrington barrios barron barros barroso barrow barrows barry barstow bart barta bartee
bartel bartell bartels bartelt barter barth barthel bartholomew bartlett bartley barto barton bartos bartsch bartz barwick
bascom bash basham bashaw basil basile basinger baskerville baskett baskin basler basnight bass bassett bassler basso bastian
batchelder batchelor bate bateman bates batey batista batiste batres batson batt battaglia batten battista battiste battle
battles batton batts batty baty baucom bauder bauer baugh baugher baughman baum bauman baumann baumbach baumer baumgardner
baumgartner baur bautista baver baxley baxter bay bayer bayles bayless baylis baylor bayne baynes bays baysinger bazan bazemore
bazile beach beacham beadle beagle beahm beaird beal beale beall beals beam beaman beamer beamon bean beane bear beard bearden
beardsley beasley beason beaton beattie beatty beaty beauchamp beauchemin beaudette beaudin beaudoin beaudry beaulieu beaumont
beaupre beauregard beauvais beaver beavers becerra bechtel bechtold beck becker beckett beckford beckham beckles beckley beckman
beckmann beckner beckstead beckwith becnel becton bedard bedell bedford bedgood bednar bednarz bedolla bedwell bee beebe beech
beecher beedle beeler beem beeman beene beer beers beery beesley beeson begay begaye beggs begin begley behling behm behnke behr
behrendt behrens beier beil beiler bejarano belair belanger belcher belden belew belisle beliveau belk belknap bell bellamy
bellard belle beller belli bellinger bellino belliveau bellman bello bellows belmont belmonte belote belt belton beltran beltz
belz bembry bemis ben benally benavides benavidez benbow bench bencomo benda bender benedetto benedict benefiel benefield
benevides benfield benford benge bengtson benham benites benitez benjamin benn benner bennet bennett bennette benning benninger
bennington benoit benson bent bentley benton bentz benz berard berardi berens berg bergan bergen berger bergeron bergeson
berggren bergin berglund bergman bergmann bergquist bergstrom berk berkey berkley berkowitz berlin berman bermudez bernabe
bernal bernard bernardi bernardino bernardo berndt berner bernhard bernhardt bernier berning bernstein berrier berrios berry
berryhill berryman berthiaume bertram bertrand bertsch berube berumen beshears bess bessette best bester betancourt bethea
bethel bethune bettencourt bettis betts betty betz bevan bever beveridge beverly bevers bevins bevis bewley bey beyer beyers
bianchi bianco bias bibb bibbs bible bice bickel bickerstaff bickford bickham bickley bicknell biddle bidwell bieber biel bien
bierman big bigelow biggers biggerstaff biggs bigham bigler bigley bilbrey biles bill biller billings billingsley billington
billiot billman bills billups billy bilodeau bilyeu binder binette binford bing bingaman bingham binion binkley binns birch
birchfield bird birdsall birdsell birdsong birdwell birge birk birkholz birmingham birnbaum biron birt bischoff bise bish bishop
bissell bissett bisson bissonnette bitner bittinger bittle bittner bivens bivins bixby bixler bjork bjorklund black blackburn
blacker blackford blackledge blackman blackmon blackmore blackshear blackshire blackstock blackston blackstone blackwelder
blackwell blackwood blades blagg blain blaine blair blais blaisdell blake blakeley blakely blakemore blakeney blakeslee blakey
blakley blakney blalock blanc blanchard blanche blanchette blanco bland blanding blaney blank blankenship blanks blanton blas
blaser blasingame blasko blassingame blatt blau blauser blay blaylock blazek blazer bledsoe blessing blevins bliss blizzard
bloch block blocker blodgett blom blomquist blood bloodworth bloom bloomer bloomfield bloomquist blosser blossom blough blouin
blount blow blubaugh blue bluhm blum blumberg blume blumenthal blunt bly blythe boan board boardman boatman boatner boatright
boatwright boaz bobadilla bobb bobbitt bober bobo bocanegra bock bodden boddie boddy bode boden bodie bodine bodkin bodnar
bodner body boe boehm boerner boes boettcher bogan bogar bogard bogart bogdan boger boggess boggs bogle bogner bogue bohan
bohanan bohannan bohannon bohanon bohl bohn bohon bohrer boissonneault boisvert boivin bojorquez boland bolanos bolden bolding
boldt bolduc bolen boler boles boley bolger bolick bolin boling bolinger bolivar bolles bolling bollinger bollman bolt bolte
bolton boltz bolyard boman bomar bombard bonanno bonaparte bonar bond bonds bondurant bone boner bones boney bonham bonilla
bonin bonk bonneau bonnell bonner bonnett bonnette bonney bono bontrager booher book booker bookman bookout boomer boon boone
boos boose booth boothe booze boozer bopp borchardt borchers bordeaux bordelon borden border borders borel boren borg borgen
borges borgman boring boris borja bork borkholder borkowski borland borman born borne borowski borrego borrero borst borton
borum bos bosch bosco bose bosley bosque boss bosse bost bostic bostick boston bostrom bostwick boswell bosworth botelho botello
bothwell botkin bott bottom bottoms botts bouchard boucher boudreau boudreaux bouffard boughton bouie boulanger bouldin bouley
boulton boulware bounds bourassa bourdeau bourdon bourg bourgeois bourgoin bourke bourland bourne bourque bousquet boutin bouton
boutte boutwell bova bove bovee bow bowden bowe bowen bowens bower bowerman bowers bowersox bowes bowie bowker bowlby bowler
bowles bowley bowlin bowling bowman bowser bowyer box boyce boyd boyden boydston boyer boyes boyett boyette boykin boykins
boylan boyland boyle boyles boynton boysen bozarth bozeman braaten bracamonte brace bracero bracey brack bracken brackett
brackin bracy bradberry bradburn bradbury braddock braddy braden bradfield bradford bradley bradshaw bradt brady bragdon bragg
braggs brainard braithwaite brake braley bramble bramblett brame bramlett brammer branam branch brand brandenburg brandes
brandon brandt brandy branham brann brannan brannen brannon branscum branson branstetter brant brantley brantner branton branum
brase brasfield brashear brashears brasher brassfield braswell bratcher brathwaite bratton braud brauer braun braunstein bravo
brawley brawner braxton bray brayton brazell brazelton braziel brazier brazil breault breaux breazeale brecht breckenridge breed
breeden breeding breedlove breen breese breeze brehm brekke breland bremer brennan brenneman brenner brent breslin bresnahan
bressler breton brett bretz breuer breunig brew brewer brewington brewster brewton brian brice briceno brick bricker brickey
brickhouse bridge bridgeman bridgers bridges bridgewater bridwell brien brier briggs brigham bright brigman briley brill brim
brimer brimmer brindle brindley brinegar brink brinker brinkerhoff brinkley brinkman brinson brinton briones brisco briscoe
briseno brisson brister bristol bristow brito britt brittain britten brittingham britton brizendine broach broadbent broaddus
broadhead broadnax broadus broadwater broadway broadwell broady brochu brock brockett brockington brockman brockway brodbeck
brode broderick brodeur brodie brodsky brody brogan brogdon brokaw bromley bronson bronstein brook brooke brooker brookes
brookins brooks brookshire broom broome broomfield brophy brothers brotherton brough broughton brouillard broussard brousseau
browder brower brown browne brownell brownfield browning brownlee brownlow broyles brubaker bruce bruck brucker bruder bruggeman
bruhn brumbaugh brumfield brumley brummett brundage brundidge brune brunell brunelle bruner brunet brunette bruning brunk
brunner bruno bruns brunson brunswick brush bruss brust bruton bryan bryant bryce bryson bucci buch buchan buchanan buchanon
bucher buchholz buchman buck buckingham buckland buckler buckles buckley buckman buckmaster buckner budd budde buehler buell
buendia bueno buenrostro buettner buff buffington bufford buffum buford bugarin bugbee bugg buggs buhl buhr bui buie buker
bulger bull bullard bullen buller bullington bullins bullis bulloch bullock bulluck bulter bumgardner bumgarner bump bumpus
bunce bunch bundy bunger bunker bunn bunnell buntin bunting bunton buono burbach burbank burch burcham burchard burchell
burchett burchette burchfield burciaga burd burden burdett burdette burdick burdine burditt burford burg burgan burge burger
burgess burgett burgher burgin burgoon burgos burk burkart burke burkes burkett burkey burkhalter burkhardt burkhart burkhead
burkholder burks burleigh burleson burley burlingame burman burmeister burnell burnes burnett burnette burney burnham burnley
burns burnside burr burrell burress burrill burris burriss burrough burroughs burrow burrows burrus burruss burse burson burt
burton burwell busby busch buser bush bushey bushman bushnell bushong buskirk buss bussard busse bussell bussey bussiere
bustamante buster bustillos bustos butcher butera butler butt butterfield butters butterworth button buttram butts butz buxton
buzzard buzzell byars bybee bye byer byerly byers byington byler bynum byram byrd byrge byrne byrnes byron byrum caballero caban
cabana cabe cabell cabello cabezas cable cabral cabrales cabrera caceres cacho caddell cade cadena cadiz cadwallader cadwell
cady caesar caffee caffey caffrey cage cagle cahill cahoon cain caine caines cairns calabrese calabro calahan calder caldera
calderon caldwell cale cales calfee calhoon calhoun calkins call callaghan callahan callan callaway callen callender calles
callihan callis callison calloway calton calvert calvillo calvin calvo calzada camacho camara camarena camargo camarillo cambell
cambridge cambron camden cameron camire cammack camp campa campagna campana campbell camper campion campo campos campuzano
canada canaday canady canale canales canas cancel canchola candelaria candelario candler cane canfield cangelosi canipe
canizales cann cannady canning cannon cano canon cansler cantara canter canterbury cantin canton cantor cantrell cantu cantwell
canty canup cao cape capehart capel capers caplan caple caples caplinger capo capobianco capone capp capps capuano caputo
caraballo caraway carbajal carballo carbaugh carberry carbone carbonell card cardella carden cardenas carder cardin cardinal
cardinale cardona cardone cardoso cardoza cardwell carey cargile cargill carignan carillo carino carl carle carleton carley
carlile carlin carlisle carlo carlock carlos carlsen carlson carlton carlucci carlyle carmack carman carmean carmen carmichael
carmody carmon carmona carnahan carnell carner carnes carney caro carollo caron carone carothers carpenter carpentier carper
carpio carr carranza carrasco carrasquillo carraway carreiro carrell carreno carreon carrera carreras carrero carrick carrico
carrier carriere carrigan carrillo carrington carrion carrizales carrol carroll carron carruth carruthers carson carstens
carswell cartagena carte cartee carter cartier cartwright carty caruso caruthers carvajal carvalho carver carwile cary casady
casale casanova casares casarez casas casavant cascio case casella casey cash cashion cashman casiano casias casillas caskey
cason casper cass cassady cassel cassell cassidy cassity casson castaneda castano castanon casteel castellano castellanos
castelli castello castellon caster castiglione castille castilleja castillo castle castleberry castleman casto caston castor
castorena castrejon castro caswell catalan catalano cataldo catchings cate cater cates cathcart cathey catlett catlin cato caton
catron catt caudell caudill caudillo caudle caufield cauley caulfield causey cauthen cavalier cavallaro cavallo cavanagh
cavanaugh cavazos cave cavender caver cavin caviness cawley cawthon caylor caywood cazares ceasar ceballos cecil cedeno cedillo
ceja celaya celestin celestine celis ceniceros centeno center centers cepeda cephas cerda cerna cerny cervantes cervantez cesar
cha chabot chacon chadwell chadwick chaffee chaffin chaffins chafin chagnon chaidez chaires chaisson chalfant chalk chalker
chalmers chamberlain chamberland chamberlin chambers chamblee chambless chambliss chamness champ champagne champion champlin
chan chance chancellor chancey chandler chaney chang chao chapa chaparro chapin chaplin chapman chappel chappell chapple chaput
charbonneau charest charette charity charland charles charleston charley charlie charlton charney charpentier charron chartier
chartrand chase chasse chastain chasteen chatfield chatham chatman chatmon chau chauvin chavarria chavers chaves chavez chavira
chavis chea cheatham cheatwood chee cheek cheeks cheeseman cheesman cheever chen chenault cheney cheng chenoweth cherry cheshire
chesley chesney chesnut chess chesser chesson chester chestnut cheung chevalier chevez chew chewning chi chiang chiasson chick
chico chidester child childers childress childs chiles chilson chilton chin ching chinn chipman chipps chisholm chism chisolm
chittenden chitwood chiu chivers cho choate choe choi choice chon chong choquette chou chouinard chow choy chretien chrisman
christ christen christensen christenson christian christiansen christianson christie christman christmas christner christofferso
christopher christopherso christy chronister chu chumley chun chung chunn chupp church churchill churchwell chute ciccone
cifuentes cimino cintron cioffi cipriano cirillo cisco cisneros claar claassen clabaugh clack claiborne clair clancy clanton
clapp clapper clardy clare clark clarke clarkson clary classen claudio claunch claus clausen clauson claussen clawson claxton
clay clayborn claycomb claypool claypoole clayton claytor cleary cleaver cleaves cleek clegg cleghorn cleland clem clemens
clement clemente clements clemmer clemmons clemons cleveland clevenger clever click clifford clift clifton clinard cline clinger
clinkscales clinton clodfelter cloninger clontz clopton close closson cloud clough clouse clouser cloutier clover clow clower
clowers cloyd cluck cluff clukey clutter clyburn clyde clymer coakley coan coates coats coaxum cobb cobble cobbs coble cobos
coburn cochran cochrane cockerham cockrell coddington coder cody coe coelho coen cofer coffee coffelt coffey coffield coffin
coffman cofield cogan cogburn cogdill coggin coggins cogswell cohan cohen cohn coil coke coker colangelo colbert colburn colby
coldiron coldwell cole colegrove colella coleman coles coley colgan colin coll collado collard collazo collett collette colletti
colley collie collier colligan collin collings collins collinsworth collis collum colman colombo colon colquitt colson colston
colter colton colucci columbus colunga colvard colvin colwell colyer combs comeau comeaux comer comerford comfort commander
commons como compton comstock conant conard conatser conaway concepcion conde conder condit condon cone conerly coney confer
congdon conger conkle conklin conley conlin conlon conn connally connell connelly conner conners connolly connor connors conover
conrad conroy constable constant constantine constantino conte conti contreras converse conway conwell conyers cook cooke cooks
cooksey cookson cool cooley coolidge coombs coomer coomes coon cooney coonrod coons cooper coots cope copeland copenhaver copes
copley coppage coppedge copper copple coppock coppola cora corbett corbin corbitt corby corcoran cordeiro cordell corder cordero
cordes cordle cordoba cordon cordova cordray core corey coria cork corle corley corliss cormier corn cornejo cornelison
cornelius cornell corner cornett cornish cornman cornwell corona coronado coronel corpus corpuz corr corrado corral corrales
correa correia correll corrigan corriveau corry corsi corso corson cortes cortese cortez cortinas corum corwin cory cosby
cosentino cosey cosgrove cosme cosner cosper coss cossey costa costales costanza costanzo costello costilla costin costner
coston cota cote cothern cothran cotner cotten cotter cottingham cottle cottman cotto cotton cottrell cottrill couch coughlin
coulombe coulson coulter council countryman counts cournoyer coursey courson courtemanche courtney courtright courville coury
cousin cousins couto couture covarrubias covell cover covert covey covington cowan cowans coward cowart cowden cowell cowen
cowgill cowie cowles cowley cox coy coyle coyne cozart crabb crabtree craddock craft crafton craig craighead crain craine cram
cramer crampton crandall crandell crane cranford crank cranmer cranston crary crase crass craven cravens craver crawford crawley
cray crayton creager creamer creasey creason creasy cree creech creed creek creekmore creel creighton cremeans crenshaw crespin
crespo cress creswell crew crews cribb cribbs crichton crick crider crigger crim crimmins criner cripe crippen crisler crisp
criss crissman crist criswell critchfield critchlow crites crittenden crittendon crochet crocker crockett croft croley cromer
crompton cromwell cron cronan crone cronin cronk crook crooks croom crooms cropper crosby crose crosier crosley cross crossen
crossland crossley crossman crosson crosswhite croteau crothers crotts crotty crouch crouse crow crowder crowe crowell crowl
crowley crownover crowson crowther croy croyle crozier cruce cruise crum crumb crumbley crumley crump crumpler crumpton cruse
crutcher crutchfield cruz cudd cuellar cueto cuevas cuff culberson culbert culbertson culbreath culbreth cull cullen culler
culley cullinan cullins cullum culp culpepper culver cumberbatch cumberland cumbie cumming cummings cummins cundiff cuneo cunha
cunningham cuomo cupp curcio cureton curiel curl curlee curley curran curren current currey currie currier currin curry curtin
curtis curtiss curtsinger cusack cushing cushman cusick custer cuthbert cuthbertson cutler cutlip cutright cutshall cutshaw
cutter cutting cutts cyr cyrus czajkowski czech dabbs dabney dabrowski dacosta dacus dade daggett dagostino dahl dahlberg
dahlgren dahlin dahlke dahlquist dahlstrom dahms daigle dail dailey daily dake dale dalessandro dalessio daley dalke dallas
dalrymple dalton daly dam damato dambrosio dame dameron damian damiano damico damm damon damore dampier damron dan dana dance
dancer dancy dandrea dandridge dane danford danforth dang dangelo dangerfield daniel daniell daniels danielson danis danley dann
danna danner dansby dantzler dao darbonne darby darcy dardar darden dare dargan dark darling darlington darnell darr darrah
darrell darrow dart darwin das dash dasher dashiell dasilva dates daubert daugherty daughtery daughtrey daughtry daum davalos
davenport daves davey david davidson davie davies davila davis davison davisson davy dawes dawkins dawley dawson day daye dayton
deacon deal dealba dean deanda deane deangelis deangelo deans dear dearborn dearing dearman dearth deas deason deatherage deaton
deaver deberry deblois deboer debolt debord debose decamp decarlo decastro decicco deck deckard decker deckert decosta decoteau
dedmon dedrick dee deeds deegan deel deem deemer deen deer deering dees deese deeter defalco defazio defelice defeo deford
deforest defranco defreitas degarmo degeorge degnan degraff degraw degroot deguzman dehaan dehart dehaven deherrera dehn dehoyos
deitz dejesus dejohn dejong dekker delacruz delafuente delagarza delancey delaney delano delao delapaz delapena delarosa
delatorre delaughter delay delcastillo deleo deleon delgadillo delgado delia delisle delk dell dellinger deloach deloatch
deloney delong delorenzo delosreyes delossantos delozier delp delph delreal delrio delrosario deltoro deluca delucia deluna
delvalle delvecchio demaio demarco demaria demars demartino dematteo demby demello dement demers deming demmer demoss demott
demps dempsey dempster denby dendy dengler denham denis denison denman dennard dennett denney dennie denning dennis dennison
denniston denny densmore denson dent denton depalma depasquale depew depriest depue depuy deramus derby deroche derosa derose
derosier derouen derr derrick derry derryberry desai desalvo desantiago desantis deschamps deshields deshong deshotel desilva
desimone desjardins deskins desmarais desmond desoto desousa desouza despain despres desrochers desroches desrosiers destefano
detrick detweiler detwiler deutsch devane devaney devaughn devault deveau dever devereaux devers deville devine devito devitt
devlin devoe devore devos devries dew dewald dewall dewalt dewar dewberry dewees deweese dewey dewitt dews dexter dey deyo
deyoung dial diamond diana dias diaz dibble dibenedetto dicarlo dick dicken dickens dickenson dickerson dickey dickinson dickman
dicks dickson dicus didonato diederich diego diehl diemer diep dierking dieter dietrich dietz diez digby diggins diggs digiacomo
digiovanni digregorio dilbeck dildy dileo dill dillard diller dilley dillinger dillingham dillion dillman dillon dillow dills
dilorenzo dilworth dimaggio dimarco dimartino dimas dimatteo dimmick dimond dinan dinardo dineen dinger dingess dingle dingman
dingus dinh dinkel dinkins dinsmore dinwiddie dion dionne diorio dipaolo dipasquale dipietro dirks disalvo dishman dismuke
dismukes disney distefano dittman dittmer ditto divine dix dixon dixson dizon doak doan doane dobbins dobbs dobson doby dockery
doctor dodd dodds dodge dodson doe doering doerr doggett doherty doiron dolan dolby dole doles dolezal doll dollar dolph dolphin
dombrowski domingo domingue domingues dominguez dominick dominique dominquez dominy don donaghy donahoe donahue donald donaldson
donato donegan donelson doner dones doney dong donley donnell donnelly donner donofrio donoghue donoho donohoe donohue donovan
doody dooley doolittle dorado doran dorazio dore dorey dorfman dority dorman dorn dorr dorris dorsett dorsey dortch dorton doss
dossett dostal doster dostie dotson doty doucet doucette doud dougan dougherty doughty douglas douglass dove dover dow dowd
dowdell dowden dowdle dowdy dowell dowler dowling downer downes downey downie downing downs doyle doyon dozier draeger dragon
drain drake drakeford drakes drapeau draper draughn drayton drees dreher dreiling drennan drennen drennon dresser dressler drew
drews drexler dreyer driggers driggs drinkard driscoll driskell driskill driver drouin drown drozd drucker drum drumm drummer
drummond drury dryden drye dryer drysdale duarte dubay dube dubin dublin dubois dubose dubreuil ducharme duck duckett duckworth
duclos duda dudash dudek dudley duell duenas duerr dufault duff duffey duffield duffy dufour dufrene dufresne dugan dugas duggan
dugger duggins duguay duhart duhon duke dukes dulaney duley dulin dull dumas dumont dunagan dunaway dunbar duncan dunford dungan
dunham dunigan dunkel dunkelberger dunkin dunkle dunkley dunlap dunleavy dunlop dunmire dunn dunne dunnigan dunning dunphy
dunson dunston dunton duong duplessis dupont dupre dupree duprey dupuis dupuy duque duquette duran durand durant durante durazo
durbin durden duren durfee durgin durham durkee durkin duron durr durrant durrett durso durst dusek dussault dustin dutcher
dutra dutton duty duval duvall dvorak dwyer dyal dyar dyck dycus dye dyer dyess dyke dykes dykstra dysart dyson dziedzic eaddy
eades eads eady eagan eager eagle eakes eakin eakins ealey ealy eames eanes earhart earl earle earles earley earls early earnest
earp earwood easley eason east easter easterday easterling easterly easterwood eastin eastland eastman easton eastridge eastwood
eatmon eaton eaves ebel ebeling eberhard eberhardt eberhart eberle eberly ebersole ebert ebling ebner eby eccles eccleston
echevarria echeverria echols eck eckard eckenrode ecker eckert eckhardt eckhoff eckles ecklund eckman eckstein ector eddie
eddings eddington eddins eddy edelen edelman edelstein eden edenfield edens eder edgar edge edgerton edgin edgington edick edie
edinger edington edison edmiston edmond edmonds edmondson edmonson edmunds edmundson edney edson edward edwards eells efird egan
egbert egerton eggen egger eggers eggert eggleston ehlers ehlert ehrhardt ehrhart ehrlich eichelberger eicher eichhorn eichler
eickhoff eide eidson eiland eilers eisele eisen eisenberg eisenhauer eisenman eisner eklund ekstrom elam elbert elder eldred
eldredge eldridge eley elgin elia elias eliason elie elizalde elizondo elkin elkins ellard elledge ellenberger ellenburg
ellender eller ellerbe ellett ellinger ellingson ellington elliot elliott ellis ellison ellsworth ellzey elmer elmore elms elrod
elser elsner elson elston elswick elton elwell elwood ely emanuel emberton embree embrey embry emerick emerson emert emery
emmanuel emmert emmett emmons emond emory emrich emrick encarnacion encinas enciso enders endicott endres endsley eng
engebretson engel engelbrecht engelhardt engen england engle englehart engleman engler englert engles english englund engram
engstrom enloe enlow ennis enoch enochs enos enright enriquez ensley ensminger ensor entrekin epley epp epperson epps epstein
erb erdman erdmann ericksen erickson ericson eriksen erikson erlandson ernest ernst erskine ervin erving erwin escalante
escalera escamilla escobar escobedo escoto escudero eshelman eskew eskridge eslinger espada espana esparza espinal espino
espinosa espinoza espitia esposito esqueda esquibel esquivel essary esser essex estabrook esteban estep estepp ester esters
estes esteves estevez estrada estrella etheredge etheridge ethier ethridge etienne etter ettinger eubank eubanks eudy eugene
eure evan evangelista evanoff evans eveland evelyn evens evenson everett everette everhart everitt everly evers eversole everson
evert ewald ewart ewell ewers ewert ewing exley exum eye eyler eyre ezell ezzell fabela faber fabian fabre fabrizio fagan
fagundes fahey fahy fain fair fairbanks fairchild faircloth fairfax fairfield fairley fairman faison faith fajardo falco falcon
falcone falconer fales falgoust falgout falk falkner fall faller fallin fallis fallon falls fan fancher fanelli fang fann fannin
fanning fant farber faria farias farina faris farish farkas farley farlow farmer farner farnham farnsworth farnum farquhar farr
farrar farrell farren farrer farrington farrior farris farrish farrow farthing farwell fasano fason fassett fast faucett
faucette faucher faught faulk faulkner faust fava favela favors fawcett fay fazio feagin fears feaster feather feathers
featherston featherstone febus fecteau feder federico fedor fee feeley feeney fehr feinberg feinstein feist feld felder feldman
feldmann felice feliciano felipe felix feliz felker fell feller fellers fellows felt feltman feltner felton felts felty fender
fenderson fendley fenn fennell fenner fenske fenton fentress fenwick ferebee fergerson fergus ferguson ferland fermin fern
fernandes fernandez fernando ferrante ferrara ferrari ferraro ferree ferreira ferrel ferrell ferrer ferretti ferri ferrin ferris
ferro ferry fessler fetter fetterman fetters fetzer few fewell fey fiala fick fidler fiedler field fielder fielding fields
fierro fife fifer fifield figueroa fike fikes filer files filkins fillmore finch fincher findlay findley fine finger fink finke
finkel finkelstein finkle finlay finley finn finnegan finnell finnerty finney fiore fiorentino firestone firth fischer fiscus
fish fishback fishel fisher fishman fisk fiske fitch fitchett fite fitts fitz fitzgerald fitzgibbon fitzhugh fitzpatrick
fitzsimmons fitzwater fix flack flagg flaherty flake flanagan flanary flanders flanigan flannagan flannery flannigan flatt
flaugher fleck fleckenstein fleenor fleet fleetwood fleischer fleischman fleischmann fleisher fleming flemings flemming flesher
fleshman fletcher fleury flick flickinger flinchum flinn flint flippen flippo flood flor flora florence flores florez florian
florio flory flournoy flower flowers floyd fluellen fluharty fluker fly flynn flynt fogarty fogel fogg fogle foley folger folk
folks follett follis folmar folse folsom foltz fondren fong fonseca font fontaine fontana fontanez fontenot fontes fonville
foote foran forbes forbis forbush force forcier ford forde fordham fordyce fore forehand foreman forest forester foret forman
forney forrest forrester forsberg forster forsyth forsythe fort forte fortenberry forth fortier fortin fortner fortney fortson
fortuna fortunato fortune fosdick foshee foss fossett fossum foster foti foulk fountain fournier fouse foust fouts foutz fowler
fowlkes fox foxworth foxx foy foye frady fraga fragoso frahm frailey fraire fraizer frakes fraley fralick frame frampton france
frances francis francisco franck franco francois frank franke frankel franklin franko franks frantz franz franzen fraser frasher
frasier frausto frawley fray frazee frazer frazier frechette fred freda frederick fredericks frederickson fredette fredrick
fredricks fredrickson free freeborn freed freedman freeland freels freeman freer freese freeze fregoso freitag freitas french
frenette freshour fretwell freudenburg freund frew frey frias frick fricke friday fridley fried friedlander friedman friedrich
friel friend frier frierson fries friese friesen frink frisbee frisbie frisby frisch frison fritch frith fritsch fritts fritz
frizzell froehlich fromm frost fruge fry fryar frye fryer fryman fuchs fudge fuentes fugate fuhrman fujii fujimoto fulbright
fulcher fulford fulgham fulghum fulk fulkerson fulks fuller fullerton fullilove fullmer fullwood fulmer fulton fults fultz
funches funderburg funderburk funes fung funk funke funkhouser fuqua furey furlong furlow furman furr furry furst furtado fusco
fuselier fuson fussell futch futrell fye fyfe gabaldon gabbard gabbert gabel gable gabler gabriel gabriele gabrielson gadbois
gadd gaddis gaddy gadsden gadson gaeta gaffney gafford gage gagliano gagliardi gagne gagnon gailey gaillard gain gainer gaines
gainey gaiser gaitan gaither galan galarza galasso galaviz galbraith galbreath gale gales galey galicia galindo gall gallagher
gallaher gallant gallardo gallaway gallego gallegos galligan gallimore gallion gallman gallo gallop galloway gallup galvan
galvez galvin galyon gama gamache gambill gambino gamble gamboa gambrell games gamez gammage gammill gammon gammons gandy ganey
ganley gann gannaway gannon gans gant gantt gantz gaona garay garber garceau garces garcia gard gardea gardella garden gardener
gardin gardiner gardner garduno garey garfield garibay garica garland garlock garman garmon garner garnes garnett garnica
garofalo garr garrard garren garretson garrett garrick garrido garris garrison garrity garrow garry garst garth gartman gartner
garton garver garvey garvin garwood gary garza gasaway gaskill gaskin gaskins gaspar gaspard gasper gass gassaway gasser gast
gastelum gaston gately gates gatewood gathers gatlin gatling gatson gattis gatto gatton gaudet gaudette gaudreau gaughan gaul
gault gauna gaunt gause gauthier gautreaux gauvin gavin gay gayden gaydos gayle gaylor gaylord gaynor gaytan gayton gazaway
gearhart geary gebhard gebhardt gebhart geddes gee geer gehring gehrke geier geiger geis geise geiser geisler geissler geist
gelinas geller gendron genest geno genova genovese gentile gentle gentry geoghegan george georges gerace geraci geraghty gerald
gerard gerardi gerber gerdes gerena gerhard gerhardt gerhart gerke gerken gerlach germain german germany gerner gerow gerry
gerstner gerth gertz gervais gessner getchell geter getty getz geyer gholson gholston giannini giardina gibb gibbons gibbs
gibson giddens giddings gideon giese giffin gifford giglio giguere gil gilbert gilbertson gilbreath gilchrist gilcrease gildea
gilder gildersleeve gile giles gilford gilkey gill gillam gillard gilleland gillen gillenwater gilles gillespie gillett gillette
gilley gilliam gillian gilliard gillies gilligan gilliland gillis gillispie gillman gillum gilman gilmer gilmore gilmour gilpin
gilreath gilroy gilson gilstrap gilyard ginder gines gingerich gingras gingrich ginn ginsberg ginsburg ginter gioia giordano
gipe gipson giraldo girard giron girouard giroux gish gist gittens giusti given givens gladden gladney gladstone glantz glasco
glaser glasgow glasper glaspie glass glasscock glasser glassman glaze glazer glazier gleason gleeson glen glenn glennon glessner
glick glidden glidewell glines glisson gloria glover glowacki gluck glynn goad gober gobert goble gochenour godbey goddard
godfrey godin godinez godley godoy godsey godwin goebel goetz goff goforth goggans goggin goggins goguen goin goines goings
goins gokey gold goldberg golden goldenberg goldfarb golding goldman goldsberry goldsmith goldstein goldston golightly golliday
gomes gomez goncalves gong gonsales gonsalez gonsalves gonyea gonzalas gonzales gonzalez gooch good goodale goodall goode
goodell gooden goodfellow goodin gooding goodlett goodloe goodman goodner goodnight goodrich goodridge goodrum goodsell goodson
goodwill goodwin goodwyn goodyear goolsby gorby gordan gorden gordon gordy gore gorecki goree gorham goris gorman gormley
gorrell gorski gorsuch gorton gose goshorn goslin gosnell goss gosselin gossett gott gottfried gottlieb gottschalk goudeau goudy
gouge gough gould goulding goulet gourdine gourley gouveia govan gove govea gow gowan gowdy gowen gower goyette goza graber
grable grabowski grace gracey gracia graddy grady graf graff grafton gragg graham grainger grajeda gram grammer grams granado
granados granata grand grandberry grande grandstaff grandy grange granger granier granillo grant grantham granville grass grasso
grate gratton grau gravel gravelle gravely graver graves gravitt gravois gray graybill grayer grays grayson graziano greathouse
greaves greco greear greeley green greenawalt greenbaum greenberg greene greenfield greenhalgh greenhaw greenhill greening
greenlaw greenleaf greenlee greenman greenspan greenstein greenwald greenwalt greenway greenwell greenwood greer greeson gregg
greggs gregoire gregor gregorio gregory gregson greig greiner gremillion grenier gresham gress grey gribble grice grider grieco
griego grier griffen griffey griffie griffin griffis griffith griffiths grigg griggs grigsby grijalva grill grillo grim grimaldi
grimaldo grimes grimm grimmett grimsley grindle grindstaff griner grinnell grinstead grisby grisham grissett grissom griswold
grizzle groat groce groff grogan groh grondin groner groom grooms groover gros grose gross grossi grossman grosso grote groth
grove grover groves grow grubb grubbs grube gruber grullon grundy gruver guadalupe guajardo guardado guarino guay gudino
guenther guercio guerin guernsey guerra guerrero guerrier guertin guess guest guevara guffey guglielmo guice guida guidi guido
guidry guild guilford guillemette guillen guillermo guillory guillot guimond guin guinn guiterrez guitierrez gulick gulledge
gullett gulley gullion gullo gully gum gumbs gumm gump gunderson gunn gunnell gunning gunter gunther gupta gupton gurganus
gurley gurney gurrola gurule gusman guss gust gustafson gustin guth guthrie gutierez gutierres gutierrez gutirrez gutman
gutshall guy guyer guyette guyton guzman gwaltney gwin gwinn gwynn haack haag haas haase haber haberman habib hack hacker
hackett hackler hackman hackney hackworth haddad hadden haddix haddock haddox haden hadfield hadley hadlock hafer haffner hafner
haga hagan hagans hagar hagberg hage hagedorn hageman hagen hager hagerman hagerty haggard haggerty haggins hagins hagler
haglund hagood hague hagy hahn haider haigh haight haigler hail haile hailey haines hair haire hairston haith hajek hake halbert
halcomb hale hales haley halford hall hallam hallberg halle hallenbeck haller hallett halley halliburton halliday halligan
hallinan hallman hallmark hallock halloran halloway hallowell halls hallum halpern halpin halsey halstead halter halterman
halton halverson halvorsen halvorson ham haman hamann hamblen hamblin hambrick hamburg hamby hamel hamer hames hamil hamill
hamilton hamler hamlet hamlett hamlin hamm hammack hamman hammel hammer hammers hammes hammett hammock hammon hammond hammonds
hammons hamner hampson hampton hamrick han hance hancock hand handler handley handy hanes haney hanford hang hanger hanke
hankerson hankins hanks hanley hanlin hanlon hann hanna hannah hannan hanner hannigan hannon hannum hanrahan hans hansel hansell
hansen hansford hanshaw hanson harada haralson harbaugh harber harbert harbin harbison harbour hard hardaway hardcastle hardee
hardeman harden harder hardesty hardie hardiman hardin harding hardison hardman hardnett hardt hardwick hardy hare harger
hargett hargis hargrave hargraves hargreaves hargrove haring haris harjo harker harkey harkins harkless harkness harlan harless
harley harlow harman harmon harms harnden harned harner harness harney harnish haro harold harp harper harr harrel harrell
harrelson harrigan harrill harriman harrington harris harrison harriss harrod harrold harry harsh harshaw harshbarger harshman
hart harte harter hartfield hartford hartig hartigan harting hartle hartley hartline hartman hartmann hartnett hartsell
hartsfield hartshorn hartsock hartung hartwell hartwig harty hartz hartzell hartzler hartzog harvell harvey harville harvin
harwell harwood hasan hash hashimoto haskell haskett haskin haskins haslam haslett hass hassan hassell hassen hassett hassinger
hassler hasson hastings hasty hatch hatcher hatchett hatfield hathaway hathcock hathorn hatley hatmaker hatten hatter hatton
haubrich hauck hauer haug hauge haugen haugh haught haughton haun haupt hause hauser hausman hausmann havard havel haven havens
haviland hawes hawk hawker hawkes hawkins hawkinson hawks hawley hawn haworth haws hawthorne hay hayashi haycraft hayden haydon
hayes haygood hayman hayne hayner haynes haynie hays hayward haywood hayworth hazard hazel hazelton hazelwood hazen hazlett
hazzard heacock head headen headley headrick heady heald healey healy heaney heaps heard hearn hearne hearns heater heath
heatherly heaton hebb hebert hecht heck heckel hecker heckman hector hedberg hedden hedge hedgepeth hedges hedlund hedrick
heenan heffernan heffner heffron hefley heflin hefner hegarty hegwood heid heiden heidenreich height heil heilman heim heimann
hein heine heineman heinemann heiner heinrich heins heintz heinz heise heiser heisler heitman heitzman held helfrich helgeson
helland heller hellman helm helman helmer helmick helms helmuth helsel helton helwig helzer hembree hemenway hemingway hemmer
hempel hemphill hendershot henderson hendley hendon hendren hendrick hendricks hendrickson hendrix hendry heng henke henkel
henley henline henn hennen hennessey hennessy hennig henning henninger hennings henriksen henriques henriquez henry hensel
henshaw hensley henson hentges henthorn henton hepburn hepler hepner hepworth her herald herb herbert herbst herd heredia
hereford hering herman hermann hermanson hermes hermosillo hern hernadez hernandes hernandez herndon herod herold heron herr
herren herrera herrick herrin herring herrington herrman herrmann herrod herron hersey hersh hershberger hershey hershman hertel
hertz hervey herzig herzog hess hesse hesser hessler hesson hester heston hetherington hetrick hettinger hetzel heuer hewes
hewett hewitt hewlett heyer heyman heyward heywood hiatt hibbard hibbert hibbler hibbs hickerson hickey hickman hickok hickox
hicks hickson hidalgo hiebert hiers higa higbee higdon higginbotham higgins higginson higgs high highland highsmith hight
hightower higley higuera hilbert hilburn hildebrand hildebrandt hilderbrand hildreth hile hileman hiles hill hillard hiller
hillery hillhouse hilliard hillier hillis hillman hills hillyard hillyer hilson hilt hilton hiltz himes hinckley hindman hinds
hine hiner hines hinkel hinkle hinkley hinkson hinman hinnant hinojos hinojosa hinrichs hinshaw hinson hinton hintz hinz hipp
hipps hirsch hirsh hirst hirt hise hiser hitch hitchcock hite hitt hively hix hixon hixson hoadley hoag hoagland hoang hoard
hoban hobart hobbs hobby hobdy hobgood hobson hoch hochstetler hock hockaday hockenberry hockensmith hocker hockett hocking
hockman hodgdon hodge hodges hodgins hodgkins hodgson hodnett hodo hodson hoefer hoeft hoehn hoekstra hoelscher hoey hofer hoff
hoffer hoffman hoffmann hofman hofmann hofmeister hofstetter hogan hoge hogg hoggard hoglund hogue hohman hohn hoisington hoke
holbert holbrook holcomb holcombe holden holder holdren hole holeman holguin holiday holifield holl holladay holland hollander
hollandsworth hollar hollaway holleman hollenbeck holler holley holliday hollie hollifield holliman hollinger hollingshead
hollingsworth hollins hollis hollister hollman holloman hollomon hollon holloway hollowell holly holm holman holmberg holmes
holmgren holmquist holsinger holst holstein holston holt holte holter holthaus holtman holton holtz holtzclaw holtzman holub
holyfield holzer holzman hom homan homer homes honaker honea honey honeycutt hong honore hood hook hooker hooks hooper hoopes
hoosier hooten hoover hope hopkins hopp hoppe hopper hopson hopwood horace horan hord horgan horn hornback hornbeck hornbuckle
horne horner horning hornsby hornung horowitz horrell horrocks horsley horst horstman horta horton horvath horwitz hosea hosey
hosier hoskin hoskins hoskinson hosler hosley hosmer hoss hostetler hostetter hotaling hotchkiss hott houchens houchin houchins
houck houde hough houghtaling houghton houk houle houlihan house householder housel houser housley housman houston hovey hovis
howard howarth howe howell howells hower howerton howery howes howie howington howland howle howlett howley howse howser howze
hoxie hoy hoye hoyer hoyle hoyos hoyt hsieh hsu hua huang hubbard hubbell hubbert hubble hubbs huber hubert hubler huck huckabee
huckaby huckins hudak huddleston hudgens hudgins hudnall hudson hudspeth huebner huerta huertas huey huff huffman hufford huges
huggins hughes hughey hughley hughs hugo huhn hui huie huizar hulbert hulett huling hull hullinger hulme hulse hulsey hults
humbert humble hume humes hummel hummer humphrey humphreys humphries hundley huneycutt hung hungerford hunley hunnicutt hunsaker
hunsicker hunsinger hunsucker hunt hunter huntington huntley huntsman hunziker huot hupp hurd hurdle hurlburt hurlbut hurley
hurst hurt hurtado hurtt hurwitz husband huse husk huskey huskins huss hussain hussey husted huston hutchens hutcherson
hutcheson hutchings hutchins hutchinson hutchison huth hutsell hutson hutt hutter hutto hutton huynh hwang hyatt hyde hyden
hyder hyer hyland hylton hyman hymel hymes hynes hysell ibanez ibarra ibrahim ice ickes ide iglesias ignacio ikeda iles imes
imhoff imler infante ingalls ingersoll ingham ingle inglis ingraham ingram iniguez inman innes innis inniss inoue inouye iorio
ippolito irby ireland irick irish irizarry irons irvin irvine irving irwin isaac isaacs isaacson isabell isbell isenberg
isenhour isham islam islas isley ismail isom ison israel ito iversen iverson ives ivey ivie ivory ivy izaguirre izquierdo izzo
jablonski jacinto jack jackman jacks jackson jaco jacob jacobi jacobo jacobs jacobsen jacobson jacoby jacques jacquez jaeger
jaffe jager jaggers jahn jahnke jaime jaimes jain jakes jalbert jamerson james jameson jamieson jamison janda jandreau janes
janik janis janke jankowski jansen janson janssen jantz january janzen jaques jaquez jara jaramillo jarboe jardine jarman jarmon
jarosz jarrard jarrell jarrett jarvis jasinski jason jasper jasso jauregui javier jaworski jay jayne jaynes jean jeanbaptiste
jeanlouis jefcoat jeffcoat jefferies jeffers jefferson jeffery jeffords jeffrey jeffreys jeffries jellison jemison jenkin
jenkins jenks jenner jennette jennings jensen jenson jent jepson jerez jerkins jernigan jerome jerry jeske jesse jessee jessen
jessie jessop jessup jester jesus jeter jett jetton jewell jewett jhonson jiang jiles jim jimenez jimerson jiminez jin jinks
jiron job jobe joe johannes johannsen johansen johanson john johns johnsen johnson johnston johnstone johson joiner jolin jolley
jolly jonas jone jones jonson joplin jordan jordon jorge jorgensen jorgenson jose joseph josephs josephson josey joshi joshua
joslin joslyn jost joubert jourdan jowers joy joyal joyce joyner juan juarez judd jude judge judkins judson judy juhl jules
julian juliano julien julius jump jumper june jung junior junker jurado jurgens jury jusino just justice justin justis justus
kaczmarek kaczor kadlec kaelin kagan kahl kahle kahler kahn kain kaiser kalinowski kalish kaminski kaminsky kammerer kamp kamps
kanagy kane kang kangas kania kanter kantor kao kaplan kapp kappel kappler karam karas karcher karg karl karlson karn karnes
karns karp karpinski karr kash kaspar kasper kass kasten kaster kastner kates kato katz kauffman kaufman kaufmann kaul kautz
kavanagh kavanaugh kay kaye kaylor kays kayser kea kean keane kearney kearns kearse keating keaton keck kee keech keefe keefer
keegan keel keele keeler keeley keeling keels keen keenan keene keener keeney kees keesee keeter keeton keever keffer kegley
kehoe keil keim keiser keister keith keitt kelch kell kellam kellar kelleher keller kellerman kellett kelley kelling kellner
kellogg kellum kelly kelm kelsey kelso keltner kelton kelty kemmer kemp kemper kempf kempton kendall kendig kendrick kendricks
kennard kennedy kennelly kenner kennett kenney kennison kennon kenny kent kenworthy kenyon keo keough keown kephart kepler
kerber kerby kerley kern kernan kerner kerney kerns kerr kerrigan kersey kershaw kershner kersten kerstetter kerwin kesler
kessel kessinger kessler kester kesterson ketcham ketchum ketron ketterman key keyes keys keyser khalil khan khoury kibbe kibler
kidd kidder kidwell kiefer kieffer kiel kiely kiernan kifer kiger kight kilburn kilby kile kiley kilgore kilian killebrew
killeen killen killian killingsworth killion killough kilmer kilpatrick kim kimball kimbell kimber kimberlin kimble kimbrell
kimbro kimbrough kimes kimmel kimmons kimsey kimura kinard kincade kincaid kinch kinchen kinder kindle kindred king kingery
kingsbury kingsley kingston kinkade kinkead kinlaw kinley kinman kinnard kinne kinney kinsella kinser kinsey kinsler kinsley
kinslow kinzer kipp kirby kircher kirchner kirk kirkendall kirkham kirkland kirklin kirkman kirkpatrick kirksey kirkwood kirsch
kirschner kirtley kirwan kiser kish kisner kiss kissel kissinger kistler kitchen kitchens kite kitt kitterman kittle kittredge
kittrell kitts kizer klassen klatt klaus klein kleinschmidt kleist klem klemm klima kline kling klingensmith klinger klink klock
kloss klotz klug kluge knapp knauer knecht knee kneeland knepp knepper knight knighten knighton knights knipp knisely knisley
knoll knop knopf knopp knorr knott knotts knouse knowles knowlton knox knuckles knudsen knudson knuth knutsen knutson kobayashi
kober koch kocher koehler koehn koenig koepke koepp koerner koester koger koh kohl kohler kohn kolar kolb kollar koller
kolodziej kong konopka konrad koo koon koonce koons koontz koop koopman kopec kopecky kopf kopp korn kornegay korte korth koski
koss kost koster kott koury kovac kovach kovacs koval kowal kowalczyk kowalewski kowalski kozak koziol kozlowski kraemer kraft
krahn kral krall kramer krantz kranz kratz kratzer kraus krause krauss krawczyk krebs kreger kreider kreitzer kremer kreps kress
krick krieg krieger krier kriner kroeger krohn krol kroll krom krone kropp krouse krueger krug kruger krull krum krumm krupa
krupp kruse kubiak kubik kucera kuehl kuehn kuester kugler kuhl kuhlman kuhlmann kuhn kuhns kujawa kulick kull kulp kumar kummer
kump kunkel kunkle kuntz kunz kunze kuo kurth kurtz kurz kushner kuster kutz kuykendall kuzma kwak kwan kwiatkowski kwok kwon
kwong kyle kyles kyser labarbera labarge labarre labbe labelle labonte laborde laboy labrecque labrie lacasse lacayo lacey lach
lachance lachapelle lack lackey laclair lacombe lacour lacourse lacroix lacy ladd ladner ladson ladue laduke ladwig lady lafave
lafayette lafferty laflamme lafleur lafollette lafond lafontaine laforge lafortune lafountain lafrance lafreniere lagasse lago
lagrone laguna lagunas lahr lahti lai lail lain laine laing lair laird lajoie lake lakes lakey lakin laliberte lally lalonde lam
lamanna lamar lamarre lamas lamb lambdin lambert lambrecht lamere lamkin lamm lammers lamon lamons lamont lamontagne lamoreaux
lamothe lamoureux lamp lampe lampert lamphere lampkin lampley lamson lancaster lance land landa landau lander landeros landers
landes landin landis landon landreth landrum landry landwehr lane laney lanford lang langan langdon lange langer langevin
langford langham langhorne langley langlois langston langton lanham lanier lanigan lankford lanning lannon lanoue lansing lantz
lanza lao lapan lapierre laplant laplante lapoint lapointe laporte lapp lappin laprade lara laramie lares large largent larimore
larios lariviere lark larkin larkins larocca laroche larochelle larock larocque larosa larose larrabee larrison larry larsen
larson larue lasalle lasater laseter lash lasher lashley laskey laskowski lasky lasley lasseter lassiter laster latham lathan
lathrop latimer latimore latorre latour latta lattimer lattimore lau laub lauderdale lauer laughlin laughter laureano laurence
laurent lauria laurie laux lauzon lavalle lavallee lavalley lavelle lavender lavergne laverriere laverty lavery lavigne lavin
lavine lavoie law lawerence lawhorn lawing lawler lawless lawley lawlor lawrence laws lawson lawton lawyer lax laxton lay
layfield layman laymon layne layton lazar lazaro lazarus lazenby lazo lea leach leachman leader leaf leahy leak leake leaks leal
leaman lear leary lease leasure leath leatherman leathers leatherwood leavell leavitt leavy lebeau lebel leblanc lebo leboeuf
lebron lebrun lechner lechuga leclair leclaire leclerc lecompte lecroy ledbetter leddy lederer lederman ledesma ledet ledezma
ledford ledger ledoux leduc lee leech leeds leedy leek leeman leeper lees leeson lefebvre lefever lefevre leff leffler lefkowitz
lefler leflore leftwich legaspi legault leger legere legette legg legge leggett legrand lehman lehmann lehn lehner lehoux lehr
leib leibowitz leigh leighton leija leiker leininger leis leist leister leitch leite leiter leith leitner leiva lejeune leland
lema lemaire lemaster lemasters lemay lemieux lemire lemke lemley lemmon lemmons lemoine lemon lemons lemos lemus lenard lenhart
lenihan lennon lennox lenoir lenox lent lentz lenz leo leon leonard leonardo leone leonetti leong leonhardt leopold leos lepage
lepe lepore leppert lerch lerma lerman lerner leroux leroy lesher lesko lesley leslie lesperance lessard lesser lester letendre
leto letourneau letson lett leu leung levan levasseur leveille levenson lever leverett leverette levesque levi levin levine
levingston levins levinson levitt levy lew lewallen lewandowski lewellen lewin lewis lewter ley leyba leyva lezama lheureux
liang libby liberatore liberty licata licht lichtenstein licon liddell liddle lieb lieberman lien liggett liggins light
lightfoot lightner lightsey ligon likens lile liles lillard lilley lillie lilly lim lima limon lin linares lincoln lind lindahl
lindberg linde lindell lindeman lindemann linden linder linderman lindgren lindholm lindley lindner lindo lindquist lindsay
lindsey lindsley lindstrom lineberger lineberry linehan liner lines ling lingenfelter lingerfelt lingle lingo linhart link
linker linkous linn linscott lint linton lintz linville lipe lipinski lipman lipp lippert lippincott lipps lipscomb lipsey
liptak lipton lira lirette liriano lisk liss list lister liston litchfield litchford litten litteral little littlefield
littlejohn littles littleton litton littrell litwin liu lively livengood liverman livermore livesay livingston lizarraga lizotte
llamas llanes llanos llewellyn lloyd loar lobb lobo locher lock lockard locke locker lockett lockhart locklear lockman lockridge
lockwood lodge loe loeb loeffler loehr loera loesch loewen lofgren loftin loftis lofton loftus logan loggins logsdon logue
lohman lohmann lohr loiselle lokey lollar lollis lomas lomax lombard lombardi lombardo lomeli lomonaco london lonergan loney
long longfellow longley longmire longo longoria longshore longstreet loo look loomis looney loop looper loos loose loper lopes
lopez lopresti lor lora lord lore lorenz lorenzen lorenzo loring lorusso losey losoya lott lotz loucks louden loudermilk lough
loughlin loughman loughran louie louis lounsbury louque louviere lovato love loveday lovejoy lovelace lovelady loveland loveless
lovell lovely lovern lovett lovette loving lovins low lowder lowe lowell lower lowery lowman lowrance lowrey lowrie lowry
lowther loy loya loyd loza lozada lozano lozier lozoya lubin luby lucas luce lucero lucey lucia luciano lucien lucier lucio luck
luckett luckey lucky lucus lucy ludlow ludwick ludwig luebke lueck luedtke luevano luft lugo lui luis lujan lukas luke lukens
luker lukes lum luman lumley lummus lumpkin lumpkins lumsden luna lunceford lund lundberg lunde lundell lundgren lundin
lundquist lundstrom lundy lung lunn lunsford lunt luoma luong luongo luper lupo lupton lusby lusk lussier lust luster lute lutes
luther luttrell lutz luu lux lyall lybarger lydon lykins lyle lyles lyman lynch lynn lyon lyons lytle lytton maas mabe mabery
mabrey mabry macaluso macarthur macaulay macdonald macdougall mace macedo macfarlane macgregor mach machado machen machuca
macias maciejewski maciel macintyre mack mackay mackenzie mackey mackie mackin mackinnon macklin maclean macleod maclin
macmillan macneil macomber macon macpherson macrae macri macy madden maddock maddox maddux maddy mader madera madewell madigan
madison madore madrid madrigal madsen madson maeda maes maestas maez maffei magallanes magallon magana magdaleno magee mager
magers maggard maggio magill magner magness magno magnus magnuson magoon magruder maguire mahaffey mahan mahaney mahar maher
mahler mahon mahone mahoney mahood mahr mahurin mai maiden maier maillet mailloux main maine maines mainor mains mair maisonet
majeski majewski major majors mak maker maki makowski makris malave malcolm malcom maldonado malek maley malick malik malin
malinowski mallard mallery mallett mallette malley mallon mallory malloy malm malone maloney malott maloy malpass malveaux man
manahan mancha manchester mancia mancilla mancini mancuso mandel mandell manders mandeville mandujano maner manes maness maney
manfredi mangan mangold mangrum mangual mangum manigault manion manis manke mankin manley manly mann manners manning mannino
mannion manno manns manor manos manrique manriquez mansell mansfield manske manson mansour mantooth manuel manus manzanares
manzano manzer manzi manzo mapes maple maples mapp mara marable marano marasco maravilla marble marcano marceau marcello
marcellus march marchan marchand marchant marchese marchetti marciano marciniak marco marcos marcotte marcoux marcum marcus
marcy marden mardis marek mares maresca marez margolis maria mariani mariano marie marin marine marinelli marinez marini marino
marion maris mariscal mark markel marker markert markey markham markland markle markley marko markovich markowitz marks markus
marlar marlatt marler marley marlin marlow marlowe marmol marmolejo maroney marotta marple marquardt marquart marques marquez
marquis marr marra marrero marriott marron marrone marroquin marrow marrs marrufo mars marsden marsh marshal marshall marshburn
marston marte martel martell martens marti martin martindale martine martineau martinelli martines martinez martini martino
martins martinson martone martucci marty martz marvel marvin marx mary mascarenas mash mashburn masi mask mason massa massaro
masse massenburg massengale massengill massey massie massingill masson mast master masters masterson mastin mata matchett mateo
matheny mather matherly matherne mathers mathes matheson mathew mathews mathewson mathias mathieu mathis mathison matias matlock
matney matos matranga matson matsuda matsumoto matt matta matte matter mattern matteson matthes matthew matthews matthias
mattice mattie mattingly mattis mattison mattocks mattos mattox mattson matus matz mauck mauer maughan mauk mauldin mauney
maupin maurer maurice mauricio mauro maus max maxey maxfield maxie maxim maxon maxson maxwell may maya mayberry maye mayer
mayers mayes mayfield mayhew mayle maynard mayne maynor mayo mayon mayor mayorga mays mayton maze mazur mazurek mazza mazzeo
mazzola mazzone mcabee mcadams mcadoo mcadory mcafee mcaleer mcalexander mcalister mcallister mcalpin mcalpine mcanally mcandrew
mcandrews mcardle mcarthur mcatee mcateer mcauley mcauliffe mcavoy mcbee mcbeth mcbrayer mcbride mcbroom mcbryde mcburney mccabe
mccafferty mccaffery mccaffrey mccain mccaleb mccall mccalla mccallister mccallum mccammon mccandless mccane mccann mccants
mccardle mccarley mccarroll mccarron mccart mccarter mccarthy mccartney mccarty mccarver mccary mccaskill mccasland mccaslin
mccaughey mccauley mccaw mccay mcchesney mcchristian mcclain mcclanahan mcclary mcclaskey mcclay mcclean mccleary mccleery
mcclellan mcclelland mcclendon mccleskey mcclintock mcclinton mccloskey mccloud mccluney mcclung mcclure mcclurg mccluskey
mccollough mccollum mccomas mccomb mccombs mcconnell mcconville mccool mccord mccorkle mccormack mccormick mccourt mccowan
mccown mccoy mccracken mccrae mccraney mccrary mccraw mccray mccrea mccready mccreary mccree mccreery mccrimmon mccrory mccubbin
mccue mccullar mccullen mcculley mcculloch mccullough mccullum mccully mccune mccurdy mccurley mccurry mccusker mccutchen
mccutcheon mcdade mcdaniel mcdaniels mcdavid mcdermott mcdevitt mcdill mcdonald mcdonnell mcdonough mcdougal mcdougald mcdougall
mcdougle mcdowell mcduffie mcduffy mceachern mcelfresh mcelhaney mcelrath mcelroy mcelveen mcelwain mcelyea mcentee mcentire
mcevoy mcewan mcewen mcfadden mcfall mcfalls mcfarland mcfarlane mcfarlin mcgaha mcgahan mcgann mcgarry mcgarvey mcgary
mcgaughey mcgee mcgehee mcgeorge mcghee mcgill mcginley mcginn mcginnis mcginty mcglone mcglothlin mcglynn mcgoldrick mcgonagle
mcgough mcgovern mcgowan mcgowen mcgrady mcgrane mcgrath mcgraw mcgregor mcgrew mcgriff mcgruder mcguffin mcguigan mcguinness
mcguire mchale mchaney mchenry mchone mchugh mcilvain mcilwain mcinerney mcinnis mcintire mcintosh mcinturff mcintyre mciver
mcjunkin mckain mckamey mckay mckean mckee mckeehan mckeel mckeever mckellar mckelvey mckenna mckenney mckenzie mckeon mckeown
mckernan mckibben mckie mckillip mckim mckinley mckinney mckinnie mckinnis mckinnon mckinsey mckinstry mckinzie mckissick
mcknight mckown mckoy mclain mclamb mclane mclaren mclaughlin mclaurin mclean mclellan mclemore mclendon mcleod mclin mcloughlin
mcmahan mcmahon mcmanis mcmann mcmanus mcmaster mcmasters mcmath mcmichael mcmillan mcmillen mcmiller mcmillian mcmillin
mcmillion mcmillon mcminn mcmorris mcmullan mcmullen mcmullin mcmurray mcmurry mcmurtry mcnabb mcnair mcnally mcnamara mcnamee
mcnary mcnatt mcnaughton mcneal mcnealy mcneely mcneese mcneil mcneill mcnelly mcnerney mcnett mcnew mcnicholas mcnichols mcniel
mcnulty mcnutt mcpeak mcphail mcphee mcpherson mcquade mcquaid mcqueen mcquiston mcrae mcray mcreynolds mcroberts mcshane
mcsherry mcspadden mcswain mcsweeney mctaggart mcvay mcveigh mcvey mcvicker mcwhirter mcwhorter mcwilliams meacham mead meade
meader meador meadors meadows meads meagher meaney means mears mease meaux mebane mecham medders medeiros medellin mederos
medford medina medley medlin medlock medrano mee meece meehan meek meeker meekins meeks mefford mehl mehta mei meier meighan
meikle meiners meisner meissner meister mejia mejias melancon melanson melby melcher melchor meldrum mele melendez melgar
melgoza melillo mellen mellinger mello mellon mellott melnick melo melson melton meltzer melville melvin mena menard menchaca
mendel mendelson mendenhall mendes mendez mendiola mendonca mendosa mendoza menefee menendez meneses meng menjivar menke mentzer
menzel mera meraz mercado merced mercedes mercer merchant mercier mercuri mercurio meredith merida merino merkel merkle merrell
merriam merrick merrifield merrill merriman merritt merriweather merry merryman mertens mertz merwin merz mesa messenger messer
messersmith messick messier messina messinger messmer messner mestas metcalf metcalfe metheny metoyer metts metz metzger metzler
meunier meurer meyer meyers meza miceli michael michaelis michaels michaelson michalak michalski michaud michel michell michels
michelson mick mickel mickelson mickens mickey mickle middaugh middendorf middlebrook middlebrooks middleton midgett midkiff
miele mielke mier miera miguel mike mikel mikell mikesell mikula milam milan milano milazzo milburn miles miley milford milian
millan millar millard millen miller millet millett millette millhouse millican milligan milliken milliner millington million
milliron millis millman millner mills millsap millsaps millwood milne milner milo milstead milton mimms mims min minard minarik
minaya mincey minch miner mines ming mingo minick mink minks minner minnich minnick minnis minor minter minton mintz minyard
mirabal miracle miramontes miranda mire mireles miron mishler misner mistretta mitcham mitchel mitchell mitchem mitchum mitton
mitts mix mixon mixson miyamoto mize mizell mizrahi moak moats moberg moberly mobley mock modica modlin moe moeller moen moffat
moffatt moffett moffitt mohamed mohammed mohan mohler mohn mohr moir moise mojica moler moles molina molinari molinaro moline
moll moller mollett molloy molnar moloney molter monaco monaghan monahan monarrez moncada moncrief monday mondragon monette
money mong monge monger moniz monk monks monn monreal monroe monroy monson montague montalvo montana montanez montano monte
monteiro monteith montejano monteleone montelongo montemayor montenegro montero montes montez montgomery monti montiel montijo
montoya monzon moody moon mooney mooneyham mooneyhan moor moore moorefield moorehead moorer moores moorhead mooring moorman moos
moose mora morabito morales moralez moran morano more moreau moree morehead morehouse moreira morel moreland morell morelli
morello morelock moreno moretti moretz morey morfin morgan mori moriarty morin morita moritz mork morlan morley morman
morningstar moro morones morrell morrill morris morrison morrissette morrissey morrone morrow morse mortensen mortenson mortimer
morton morvant mosby moseley mosely moser moses mosher moshier mosier moskowitz mosley mosqueda moss mosser mossman mota mote
moten motes motley moton mott motta motter motz moua moulder moulton moultrie mounce mount mountain mounts mouser mousseau
mouton mouzon mowbray mower mowery mowry moxley moy moya moye moyer moyers moynihan mozingo mraz mucha mudd mudge mueller
muhammad mui muir muirhead mulcahy mulder muldoon muldrow mulford mulhern mulholland mulkey mull mullane mullaney mullen
mullenax mullens muller mullett mulligan mullikin mullin mullinax mullings mullins mullis mulvaney mulvey mulvihill mumford
mummert munch muncie muncy mund munday mundell munden mundt mundy munford munger munguia muniz munk munn munos munoz munro
munroe munsey munson murakami murchison murdoch murdock murguia murillo muro murph murphey murphree murphy murr murray murrell
murry murtagh muse musgrave musgrove music musick musselman musser musso mustafa mutchler muth mutter myatt myer myers myhre
myles mynatt myrick naber nabors naccarato nace nadeau nader nadler nagel nagle nagy nail nair najera nakagawa nakamura nakano
nall nalley nalls nally nance nantz napier napoleon napoli napolitano napper nappi naquin naranjo narcisse nardi nardone naron
narron narvaez nash nason nassar nasser natal natale nathan nathaniel nation nations natividad natoli naughton naugle nault
nauman naumann nava navarra navarrete navarrette navarro navas nave nay naylor nazario neace neal neale nealy near neary necaise
nee needham neel neeley neely neer neese neff negrete negri negron neher nehls neighbors neil neill neilsen neilson nell nellis
nelms nelsen nelson nemec nemeth neri nero nesbit nesbitt nesmith ness nester nestor netherton nettles neu neubauer neufeld
neuman neumann nevarez nevels neves neville nevin nevins new newberg newberry newbold newborn newburn newby newcomb newcomer
newell newhouse newkirk newland newlin newlon newman newport newsom newsome newson newton ney nez ngo nguyen nicastro nice
nicely nichol nicholas nicholes nicholls nichols nicholson nick nickel nickell nickels nickelson nickens nickerson nicklas
nickles nickols nicks nicol nicolas nicoletti niehaus nielsen nielson nieman niemann niemeyer niemi nies nieto nieves
nightingale nigro niles nilsen nilson nilsson nimmo nimmons nims nino nipper nisbet nishimura nissen nivens nix nixon noah noble
nobles noblitt nocera nock noe noel noga nokes nolan noland nolasco nolen noles nolette nolin noll nolte noon noonan noone
norberg norcross nord norden nordin nordman nordstrom norfleet noriega norman normand normandin norris norsworthy north
northcutt northern northington northrop northrup northup norton norvell norwood noto nott nottingham novack novak novick novoa
novotny nowak nowakowski nowell nowicki nowlin noyes nuckols nugent null numbers nunes nunez nunley nunn nunnally nunnery nuno
nurse nusbaum nuss nussbaum nutt nuttall nutter nutting nyberg nye nygaard nyman nystrom oakes oakley oakman oaks oates obanion
obannon ober oberg oberlander oberle oboyle obregon obrian obrien obryan obryant ocallaghan ocampo ocasio ochoa ochs oconnell
oconner oconnor odaniel oday oddo odea odell oden odle odom odoms odonnell odum oestreich offutt ogara ogata ogburn ogden ogg
ogilvie ogle oglesby ogletree ogorman ogrady ogren ohalloran ohanlon ohara ohare ohler ojeda okane okeefe okelley olander old
oldaker oldenburg oldfield oldham olds olea oleary oles oleson olguin olin olinger oliphant oliva olivares olivarez olivarria
olivas olive oliveira oliver olivera oliveras oliveri olivier olivieri olivo oller ollie ollis olmo olmos olmstead olmsted olney
oloughlin olsen olson olsson olszewski olvera omalley oman omar omara omeara oneal oneil oneill oney ong ono ontiveros oquendo
oquinn oram orange orchard orcutt ordaz ordonez ordway ore orear oreilly orellana orenstein organ orlando orman orme ormond
ormsby orndorff ornelas orona oropeza orosco orourke orozco orr orsini orta ortega ortego ortegon ortez orth ortiz orton osborn
osborne osbourne osburn oscar osgood oshaughnessy oshea oshiro osman osmond osorio ospina osteen oster osterberg osterman ostler
ostrander ostrom ostrowski osullivan osuna oswald oswalt otani otero otey otis otoole ott otte otten ottinger otto otwell oubre
ouellette ousley outland outlaw ovalle overall overbey overby overcash overman overstreet overton overturf oviedo owen owens
owensby owings ownby owsley oxendine oxford oxley oyler ozment ozuna pablo pabon pabst pace pacheco pack packard packer paddock
paden padgett padilla padron padula paez pagan pagano page pagel pahl paige paine painter pair paisley paiva paiz pak pal
palacio palacios paladino palen palermo palko palladino palm palma palmateer palmer palmeri palmieri palmore palmquist palomares
palomino palomo palumbo pan panek pang pangburn paniagua pankey pannell pantoja paolucci papa pape papenfuss papineau papp
pappalardo pappas paquet paquette paquin parada paradis paradise paradiso paramore pardo pardue pare paredes parent parente
parenteau parham parikh paris parise parish parisi park parke parker parkerson parkes parkhill parkhurst parkin parkins
parkinson parkman parks parmenter parmer parmley parnell paro parr parra parrett parris parrish parrott parry parsley parson
parsons partain partee partida partin partlow parton partridge parvin pascal pascale paschal paschall pasco pascoe pascua
pascual pasillas pasley pasquale pass passmore pastor pastore pastrana patch pate patel patenaude paterson patillo patino
patnode paton patrick patt patten patterson patti pattison patton patty paugh paul pauley paulin pauline paulino paulk paull
paulsen paulson paulus pauly pavlik pawlak pawlowski paxson paxton payan payne paynter payson payton paz peabody peace peach
peachey peacock peak peake pearce pearcy pearl pearlman pearman pearsall pearson peart pease peaslee peasley peavey peavy peay
peck peckham pecora pecoraro peden pedersen pederson pedigo pedraza pedro pedroza peebles peed peek peel peele peeler peeples
peer peery peet pegg pegram pegues peiffer peirce pelaez pelayo pelchat pelfrey pelham pelkey pell pellegrin pellegrini
pellegrino pellerin pelletier peloquin pelt peltier pelton peluso pemberton pena pence pender pendergast pendergraft pendergrass
pendleton pendley peng penick penix penland penley penman penn pennell penner penney pennington pennock penny penrod penrose
penson pentecost penton penwell people peoples pepe pepin pepper peppers perales peralez peralta peraza percival percy perdomo
perdue perea pereira perera peres pereyra perez perillo perkins perlman permenter perna pernell pero perrault perreault perreira
perri perrin perrine perron perrone perrotta perry perryman persaud persinger person persons pesce pesina pete peter peterkin
peterman peters petersen peterson petit petitt petree petrella petrey petri petrick petrie petrillo petrin petro petrone
petrucci petry pettaway pettengill petterson pettey pettiford pettigrew pettis pettit pettitt pettry pettus pettway petty pew
pewitt peyton pfaff pfeffer pfeifer pfeiffer pfeil pfister phair pham phan phaneuf phares pharr phelan phelps phifer philbrick
philbrook philip philips phillip phillippi phillips philpot philpott phinney phipps phoenix phu phung piatt piazza picard
piccirillo piccolo pichardo piche pick pickard pickel pickell pickens pickering pickett pickle pickles pidgeon piedra pieper
pier pierce piercy pierre pierro pierson pifer pigg piggott pigott pike piland pilcher pilgrim pilkington pillow pillsbury pilon
pimental pimentel pina pinard pinckney pinder pine pineda pinedo piner pinero pinette ping pinheiro pinion pink pinkard
pinkerton pinkham pinkney pinkston pinney pino pinon pinson pinter pinto piotrowski piper pipes pipkin pippen pippin pippins
pires pirkle pirtle pisano piscitelli pitcher pitchford pitcock pitman pitre pitt pittenger pittman pitts pitzer pixley pizano
pizarro place placencia plaisance plank plant plante plascencia plaster plata platt player plaza pleasant pledger plemmons
plemons pless pletcher plotkin plott plourde plowman plum plumb plumlee plumley plummer plunk plunkett plyler poarch poche poe
poff pogue pohl pohlman poindexter pointer poirier poisson poitra poitras pokorny polak polanco poland polen poli poling polite
polito polk pollack pollak pollard polley pollitt pollock polly polo polson polston polzin pomerleau pomeroy pompey ponce pond
ponder ponds pons ponte pontius ponton pool poole pooler poon poor poore poorman pope popham poplar poplin popovich popp poppe
porath porch porras port porter porterfield portillo portis portwood posada posey posner pospisil poss post postell poston
poteat poteet potter potts potvin poulin pouliot poulos poulsen poulson pound pounds powe powell power powers poyner poynter
poythress prado prager prall prasad prater prather pratt pray preble preciado preece prejean premo prendergast prentice prentiss
prescott presley presnell press pressler pressley presswood preston prestridge prettyman prevatte prevost prewitt price prichard
prickett priddy pride pridemore pridgen priebe priest priester priestley prieto prill prime primeaux primm primmer prince
prindle prine pringle prins prior prisco pritchard pritchett privett probst prochaska procter proctor proffitt profit prokop
proper propes propst prosser proulx prout prouty provencher provenzano province provost pruden prudhomme pruett pruitt pruneda
prunty pryce pryor puccio puckett puente puentes puga pugh pugliese puig puleo pulido pullen pulley pulliam pullin pullins
pullum pulver puma pumphrey purcell purdue purdy purifoy purkey purnell purpura pursell purser pursley purtell purvis puryear
pusey putman putnam putney putt pyatt pye pyle pyles pyne quach quackenbush quade qualls quam quan quandt quarles quarterman
quattlebaum quayle queen quesada quesenberry quevedo quezada quick quigley quijada quijano quiles quillen quimby quinlan quinn
quinones quinonez quint quintana quintanilla quintero quinton quirion quirk quiroga quiros quiroz quisenberry raab raabe rabb
rabe raber rabideau rabinowitz rabon raby race rachal rachel racine rackley radcliff radcliffe rademacher rader radford radke
radley radtke rae rael rafferty ragan rager raggs ragin ragland raglin ragsdale ragusa rahman rahn raiford railey railsback
rainbolt raine rainer raines rainey rains rainwater rake rakes rakestraw raleigh raley rall ralls ralph ralston ramage rambo
ramer rameriz ramey ramires ramirez ramm ramon ramos ramsay ramsdell ramsey rancourt rand randall randazzo randel randell randle
randles randolph raney range rangel ranieri rank rankin rankins ranney ransdell ransom ransome ranson rao raper raphael raposa
rapp rappaport rarick rasberry rasch rasco rascon rash rashid raskin rasmussen ratchford ratcliff ratcliffe rath rathbone
rathbun rathburn rather ratley ratliff ratzlaff rau rauch rausch rauscher raven rawlings rawlins rawlinson rawls rawson ray raya
raybon rayborn rayburn rayfield rayford raymer raymond rayner raynor razo rea reach read reader reading ready reagan real reale
ream reamer reames reams reardon rearick reason reaves reavis reay reber recinos recio reck record rector red redd redden
reddick redding reddish reddy redfern redfield redford reding redman redmon redmond redondo redus redwine reece reed reeder
reedy reel reep rees reese reeser reeve reeves regalado regan reger regis register regnier rego rehkop rehm reiber reich
reichard reichel reichenbach reichert reichman reid reider reidy reif reiff reilly reimer reimers rein reina reiner reinert
reinhard reinhardt reinhart reinhold reinke reis reiser reisinger reiss reiter reitz reliford remaley rembert remick remillard
remington remley remy renard renaud render rendon rene reneau renfro renfroe renfrow renken renn renner rennie renninger reno
renshaw rentas renteria rentz renwick renz repp resch resendez resendiz resnick ressler restivo resto restrepo retana rettig
reuter reveles revell revels revilla revis rex rey reyes reyna reynolds reynosa reynoso reza rhames rhea rheaume rhee rhine
rhinehart rhoades rhoads rhode rhoden rhodes rhone rhymes rhyne ribeiro ricard ricardo ricci ricciardi riccio rice rich richard
richards richardson richarson richburg richer richerson richert richey richie richins richman richmond richter rick rickard
ricker rickert rickett ricketts rickey rickman ricks rico riddell riddick riddle ridenhour ridenour rideout rider ridge ridgeway
ridgley ridgway ridings ridley riedel riegel rieger riehl riemer riendeau ries rife riffe riffle rigby rigdon rigg riggins
riggio riggle riggleman riggs rigney rigsby riker riles riley rimmer rinaldi rincon rine rinehart rines riney ring ringer
ringler ringo rink rinker rio riojas riordan rios rioux ripley rippeon ripple rippy riser rish risher risinger risley risner
rist rister ritch ritchey ritchie ritenour rittenhouse ritter ritz ritzman rivard rivas rivenburg rivera riveria rivero rivers
rives rix rizo rizzi rizzo rizzuto roa roach roan roane roark robb robbins roberge roberson robert roberto roberts robertson
robeson robey robichaud robichaux robicheaux robidoux robillard robin robinett robinette robins robinson robison robitaille
robledo robles robson roby roca rocco rocha roche rochelle rochester rochon rock rockett rockwell rockwood rodarte rodas roddy
rode roden roderick rodger rodgers rodiguez rodman rodney rodrigez rodrigue rodrigues rodriguez rodriques rodriquez roe roebuck
roeder roehl roemer roepke roesch roesler roessler rogan roger rogers rogerson rogge rohan rohde rohn rohr rohrbach rohrbaugh
rohrer rojas rojo roland roldan rolen rolf rolfe roling roll rolland rolle roller rollin rolling rollings rollins rollo rolon
rolston romain romaine roman romano romanowski romans rome romeo romer romero romig romine romo ronan rondeau rondon rone roney
rood roof rook rooker rooks rooney roop roos root roper ropp roque rorie rosa rosado rosales rosamond rosario rosas rosati
rosato roscoe rose roseberry roseboro roselli roseman rosemond rosen rosenbaum rosenberg rosenberger rosenberry rosenblatt
rosenbloom rosenblum rosendahl rosenfeld rosenthal roser rosier rosin rosner ross rosser rossi rossignol rossiter rossman rosson
rost roten roth rothe rother rothermel rothman rothrock rothschild rothstein rothwell rotz roudebush rouleau rounds roundtree
roundy rountree rourke rouse roush rousseau roussel routh roux rowan rowden rowe rowell rowland rowlands rowles rowlett rowley
roy royal royals royalty roybal royce roye royer royster royston rozek rozell rozier ruano ruark rubalcava ruben rubenstein
rubin rubino rubinstein rubio ruble ruby ruch rucker ruckman rudd rudder ruddy rude ruder rudisill rudnick rudolph rudy rue
rueda ruel ruelas ruff ruffin ruffner rugg ruggiero ruggles ruhl ruis ruiz rule rumbaugh rumble rummel rumph rumsey rundell
runge runion runkle runnels runner runyan runyon rupe rupert rupp ruppe ruppert rusch rush rushing rushton rusk rusnak russ
russel russell russo rust rutan ruth rutherford rutkowski rutland rutledge rutt rutter ruvalcaba ruzicka ryals ryan ryder rye
ryerson rymer saad saari saavedra saba sabatini sabatino sabb sabin sabo sabol sacco sachs sack sackett sacks saddler sadler
sadowski saechao saenz saez safford sage sager sagers said sailor sain sainz saito saiz sala salamone salas salazar salcedo
salcido saldana saldivar sale saleh salem salerno sales salgado salguero salinas salisbury sallee salley salmeron salmon salmons
salo salomon salsbury salter salters saltsman saltzman salvador salvatore salvo salyer salyers salzman sam samaniego sammons
samons samora sample samples sampson sams samson samuel samuels samuelson sanabria sanborn sanches sanchez sand sandberg
sandefur sandell sander sanderlin sanders sanderson sandford sandidge sandifer sandler sandlin sandoval sandridge sands
sandstrom sandusky sandy saner sanfilippo sanford sanger sankey sanmiguel sanner sansom sanson sansone santacruz santamaria
santana santangelo santee santiago santillan santini santistevan santo santoro santos santoyo santucci sapien sapienza sapp
sappington sarabia saravia sargeant sargent sarmiento sarno sartain sartin sartor sarver sasaki sass sasser sasso satchell
sather sato satterfield satterlee satterwhite sattler sauceda saucedo saucier sauer saul sauls saulsberry saunders sauter sauve
savage savala savarese savell saville savino savoie savoy sawicki sawyer sawyers saxon saxton sayer sayers sayler sayles saylor
sayre scaggs scaife scala scales scalf scalise scanlan scanlon scannell scarberry scarborough scarbrough scarlett scates schaaf
schaal schacht schade schaefer schaeffer schafer schaff schaffer schaffner schaible schall schaller schank schantz scharf
scharff schatz schaub schauer schechter scheel scheer scheetz scheffler scheid schell scheller schenck schenk scher scherer
schermerhorn scherr schexnayder schiavo schiavone schick schiff schiffer schiffman schild schill schiller schilling schillinger
schimmel schindler schipper schirmer schlegel schleicher schlemmer schlenker schlesinger schley schlichting schloss schlosser
schlueter schmaltz schmeling schmid schmidt schmit schmitt schmitz schneck schneider schnell schnieders schoch schock schoen
schoenfeld schoenrock schofield scholl scholz schooley schoonmaker schoonover schorr schott schrader schram schramm schrecengost
schreck schreiber schreiner schrimsher schrock schroder schroeder schroer schrum schubert schuck schueler schuette schuetz schuh
schuldt schuler schuller schulman schulte schultz schulz schulze schumacher schumaker schuman schumann schuster schutt schutte
schutz schuyler schwab schwandt schwartz schwarz schweiger schweitzer schweizer schwenk scofield scoggins scott scotti scoville
scranton scribner scrivner scroggins scroggs scruggs scudder scull scully scurlock scurry seabolt seaborn seabrook seager seagle
seagraves seal seale seales sealey seals sealy seaman seamans seamon searcy searle searles sears sease seaton seaver seavey
seawright seay sebastian sebring sechrist secor secrest seda sedgwick sedillo see seeber seeger seeley seely seeman seese segal
segarra segars seger segovia segrest seguin segura seibel seiber seibert seidel seidl seidman seifert seigler seiler seitz selby
selders self selfridge sell sellars selleck sellers sells selman selph seltzer selvidge seman semple sena senecal seng senger
senior senn senter seo sepulveda sequeira serafin sergent serio serna serpa serra serrano serrato servantes servin sesco session
sessions sessoms seth setser settle settles setzer severance severson sevier sevigny sevilla seward sewell sexton seybert seyler
seymore seymour shabazz shackelford shackleford shade shadle shaeffer shafer shaffer shah shahan shain shamblin shanahan shand
shane shaner shank shankle shanklin shanks shanley shannon shapiro sharkey sharma sharon sharp sharpe sharpton shatley shattuck
shatzer shaughnessy shaul shaver shavers shaw shawver shay shea shead sheahan shealey shealy shear sheard shearer shearin shears
shedd sheehan sheehy sheets sheetz sheffer sheffield shehan sheilds shelby sheldon shell shellenbarger shelley shelly shelor
shelton shen shenk shepard shepardson sheperd shephard shepherd sheppard sherer sheridan sheriff sherlock sherman sherrard
sherrell sherrer sherrill sherrod sherry sherwin sherwood shetler shew shewmaker shick shields shifflett shiflett shih shilling
shim shimizu shin shinault shine shinn shipe shipley shipman shipp shippy shirey shirk shirley shisler shively shiver shivers
shives shoaf shock shockey shockley shoemake shoemaker shoffner shofner sholes shook shoop shope shore shores shorey short
shorter shortridge shorts shortt shotwell shoulders shoup shouse showalter showers shows shrader shreve shriver shropshire
shrout shroyer shrum shryock shubert shuck shuey shuford shuler shull shulman shults shultz shumaker shuman shumate shumpert
shumway shunk shupe shurtleff shurtz shuster shute shutt shuttleworth shutts shy sias sibert sibley sicard siciliano sickler
sickles sides sidney sidwell sieber siebert sieg siegel siegfried siemens sierra sievers sifuentes sigala sigler sigman sigmon
sikes sikora sikorski silas silberman silcox siler sill sills silva silvas silveira silver silverberg silverman silvernail
silvers silverstein silvestre silvestri silvey silvia silvis sim simard simas simcox simkins simmers simmon simmonds simmons
simms simon simonds simone simoneau simoneaux simonetti simons simonsen simonson simonton simpkins simpson sims sinclair sine
sines sing singer singh singletary singleton singley sink sinn sinnott sipe sipes sipple sirois sisco sisk sisler sisneros
sisson sistrunk sites sitton siu six sizemore sizer skaggs skeen skeens skeete skelly skelton skiba skidmore skiles skillern
skinner skipper sklar skoog slack slade slagle slape slate slater slaton slattery slaugh slaughter slaven slavens slavin slawson
slay slayden slayton sledge sleeper slick sliger sloan sloane sloat slocum slone sloss slover sluder slusher sluss sly small
smalley smalls smallwood smart smartt smedley smelley smelser smeltzer smidt smiley smit smith smither smitherman smithers
smithey smithson smoak smock smolen smoot smothers smtih smyth smythe snapp snavely snead sneed snell snelling snelson snider
snipes snoddy snodgrass snook snow snowden snyder soares sobel sobers socha soderberg soderquist sohn soileau sok sokol solano
solar solares solari solberg soler soles solis soliz sollars soloman solomon solorio solorzano solt soltis solum somers
somerville sommer sommers sommerville son song songer sonnenberg sonnier sons soper sorensen sorenson sorg soria soriano sorrell
sorrells sorrentino sosa sosebee sotelo soto sotomayor soucy souder souders soukup soule sours sousa south southall southard
souther southerland southern southwick southworth souza sowa sowards sowder sowell sowers spada spady spaeth spahn spain
spalding spangler spann spano sparkman sparks sparling sparrow spataro spates spaulding speakman speaks spear spearman spears
specht speck spector speed speegle speer speers speicher speight speights spell speller spellman spells spence spencer spengler
sperling sperry spicer spiegel spielman spiers spies spiker spikes spillane spiller spillers spillman spina spindler spinelli
spinks spinner spinney spires spitler spitz spitzer spiva spivey spohn spoon spooner spotts spradlin spradling spraggins sprague
spratt spray sprayberry spriggs spring springer springfield springs sprinkle sproul sprouse spruill spry spurgeon spurlin
spurling spurlock spurr spurrier square squire squires sroka staab staats stabler stacey stack stackhouse stacy stadler stafford
stage stagg staggers staggs stagner stahl stahlman stair staley stalker stall stallard stallcup stallings stallworth stalnaker
stalvey stambaugh stamey stamm stamp stamper stampley stamps stanback stancil standard standifer standish standley standridge
stanek stanfield stanfill stanford stange stanger stanhope stanley stannard stansberry stansbury stansell stansfield stanton
stapler staples stapleton stapp starbuck starcher stark starke starkey starks starling starnes starr starrett staten states
statler staton staub stauffer stayton stclair stcyr stead steadman stearns stebbins steck stecker stedman steed steel steele
steelman steely steen steeves stefanski steffan steffen steffens steffes steffey stegall steger stehle steib steiger stein
steinbach steinberg steiner steinke steinman steinmetz stell stella stelly stelzer stemple stenberg stender stenger stennett
stennis stenson stephan stephen stephens stephenson stepney stepp steptoe sterling stern sternberg sterner sterrett stetler
stetson steven stevens stevenson stever steverson steward stewart stgeorge stgermain sthilaire stice stickel stickler stickles
stickley stickney stidham stiefel stier stiff stiffler stigall stiles still stiller stillings stillman stills stillwell stilson
stiltner stilwell stimpson stimson stine stiner stines stinnett stinson stirling stites stith stitt stiver stivers stjean stjohn
stlaurent stlouis stock stockdale stocker stockman stocks stockstill stockton stockwell stoddard stoffel stogner stoker stokes
stoll stolle stoller stollings stoltz stoltzfus stolz stone stonebraker stoneking stoneman stoner stonge stoops storch storer
storey storm storms storrs story stotler stott stotts stoudt stouffer stough stoughton stout stovall stover stowe stowell
stowers stpeter stpierre strachan strader strahan straight strain strait straka straley strand strang strange strasser stratton
straub strauch straus strauser strauss straw strawn strawser strayer strecker street streeter streets streit stribling stricker
strickland strickler stricklin stringer stringfellow stringfield stringham stripling strobel strode stroh strom stroman
stromberg strong strope strother stroud stroup stroupe strouse strout strozier struble struck strunk struthers stryker stuart
stubblefield stubbs stuck stucker stuckey stucky studdard studebaker studer stull stultz stump stumpf sturdevant sturdivant
sturgeon sturges sturgill sturgis sturm sturtevant stutz stutzman styles styron suarez suazo suber sublett sudduth sugg suggs
suh suiter sullins sullivan sultan sumler sumlin summer summerfield summerlin summers summerville summey sumner sumpter sumrall
sumter sun sunday sundberg sunderland sundquist sung suniga surber surface surles surratt sussman suter sutherland sutphin
sutter sutterfield suttle suttles sutton suzuki svoboda swafford swaim swain swallow swan swaney swanger swanigan swank swann
swanner swanson swarey swart swarts swartz swasey swayze swearingen sweat sweatman sweatt sweeney sweeny sweet sweeten sweitzer
swensen swenson swett swick swider swift swigart swiger swigert swilley swim swindell swindle swindler swinehart swiney swinford
swing swingle swink swinney swinson swint swinton swisher switzer swofford swope swopes sword sydnor syed sykes sylvain
sylvester sylvia symonds symons synder szabo szeto szymanski tabares tabb taber tabor tabron tack tackett tadlock tafolla tafoya
taft taggart tague tai taing tait takacs takahashi talamantes talamantez talarico talavera talbert talbot talbott taliaferro
talkington tallant tallent talley tallman tally talmadge talton talty tam tamayo tamez tamura tan tanaka tandy tang tanguay
tankersley tanksley tann tannehill tanner tao taormina tapia tapley tapp tapper tarango tarantino taranto tarbox tardif tardiff
tarin tarleton tarpley tarr tarrant tart tarter tarver tarvin tasker tassone tate tatom tatro tatum tauber taulbee tavares
tavarez taveras taylor teague teal teasley tebo tedder tedeschi tedesco tedford teed teegarden teel teeple teeter teeters teets
tefft teixeira tejada tejeda telford teller telles tellez tellier tellis tello temple temples templeton templin tennant tenney
tennison tennyson tenorio tepper teran terhune terpstra terrazas terrell terrill terry terwilliger tesch teske tessier testa
tester testerman teter tetreault tew tewksbury thach thacker thai thaler thames thao tharp tharpe thatcher thaxton thayer
thedford theis theisen theiss thelen theobald theodore theriault theriot theroux therrien theus thibault thibeault thibodaux
thibodeau thibodeaux thiel thiele thielen thies thiessen thigpen thill thom thoma thomas thomason thomasson thome thompkins
thompson thoms thomsen thomson thor thoreson thorn thornberry thornburg thorne thornhill thornsberry thornton thorp thorpe
thorsen thorson thorton thrash thrasher threadgill threatt thrift throckmorton throop thrower thurber thurlow thurman thurmond
thurston tibbetts tibbitts tibbs tice tichenor tickle tidwell tiemann tierney tiffany tiger tiggs tighe tigner tijerina tilghman
till tiller tillery tillett tilley tillis tillman tillotson tilton timberlake timko timm timmer timmerman timmins timmons timms
timothy tims tincher tindall tindell tindle tineo tiner tingle tingley tinker tinney tinnin tinoco tinsley tippett tipton tirado
tisdale tittle titus tobar tobey tobias tobin tobler tocco todd tokarz toland tolar tolbert toledo tolentino toler toles toliver
toll tolle tollefson tolley tollison tolliver tolman tolson tom toman tomas tomaszewski tomblin tomes tomko tomlin tomlinson
tompkins toms ton tondreau toner toney tong tonkin toohey tookes toole tooley toombs toomer toomey toon toothaker toothman
topete topp topper topping torain torbert torgerson toribio torkelson toro torrance torre torrence torres torrey torrez toscano
tosh toth totten touchet touchstone tousignant toussaint tovar towe towell tower towers towery towle towler towles towne towner
townes townley towns townsel townsend townsley towry toy tracey tracy trader trafton trahan trail trainer trainor tramel trammel
trammell tran trantham trapp trask traub trautman traver travers travis trawick traxler traylor traynor treadway treadwell treat
treece tregre trejo tremblay trent trepanier tressler trevino trew trexler triana tribble trice triche trigg triggs trim trimble
trimm trinh trinidad triplett tripp trivett trivette troche troiano trollinger trombley troncoso trosclair trosper trost trotman
trott trotta trotter trottier troup troupe trout troutman troutt trowbridge trower troxel troxell troxler troy troyer truax
trudeau trudell true trueblood truelove truesdale truesdell truett truex truitt trujillo trull truman trump truong truss
trussell trusty tsai tsan tsang tse tseng tso tsosie tubbs tucci tuck tucker tudor tufts tuggle tull tullis tullos tully tuma
tune tung tunnell tunstall tupper turbeville turco turcotte turek turgeon turk turley turman turnage turnbow turnbull turner
turney turnipseed turpin tussey tuten tuthill tutor tutt tuttle tweed tweedy twigg twilley twitchell twitty twombly twomey
twyman tye tyler tyndall tyner tynes tyre tyree tyrell tyrrell tyson tyus uchida uecker uhl ulibarri ullery ullman ulloa ullrich
ulmer ulrich umana underhill underwood ung unger unknow unrein unruh upchurch updike upham upshaw upson upton urban urbano
urbanski urbina urena uriarte urias uribe urquhart urrutia urso usher usry ussery utecht utley utter utterback utz vaca vacca
vaccaro vachon vaden vadnais vail vaillancourt valadez valasquez valdes valdez valdivia valdovinos vale valencia valente valenti
valentin valentine valentino valenzuela valera valerio valero valladares valle vallee vallejo vallejos valles valley valliere
vallo valverde van vanallen vanarsdale vanatta vanburen vanbuskirk vancamp vance vancleave vandemark vandenberg vanderford
vandergriff vanderhoof vandermark vanderpool vandeusen vandeventer vandiver vandoren vandusen vandyke vanegas vanek vanetten
vanfleet vang vangorder vangundy vanhook vanhoose vanhorn vanhouten vankirk vanlandingham vanmeter vann vannatta vanness vannest
vannorman vannote vannoy vanover vanpelt vansant vanscoy vansickle vanslyke vantassel vanvalkenburg vanwinkle vanwormer vanzandt
vanzant vara varela varga vargas vargo varley varnado varnell varner varney varnum vasques vasquez vass vassallo vassar vasser
vath vaughan vaughn vaught vazquez veach veal veale veasey veatch veazey vecchio vedder vega veilleux veit vela velarde velasco
velasquez velazco velazquez velez veliz vella veloz venable venegas venezia vento ventura vera verdi verdin verdugo verduzco
vereen vergara vermillion verner vernon verret verrett verrill verville vesely vess vessels vest vestal vester vetter via vice
vicente vick vickers vickery victor victoria vidal vides vidrine vieira viens viera vierra viers vigil vigue villa villagomez
villalba villalobos villalpando villani villanueva villanveva villar villareal villarreal villasenor villatoro villegas
villeneuve vincent vinci vines vineyard vining vinson vinyard viola violette viramontes virgil virgin visser vital vitale vito
viveiros viveros vivian vizcaino voelker vogan vogel vogler vogt voight voigt volk volkert volkman vollmer volpe volz vong
voorhees vos vosburgh voss votaw vowell voyles vreeland vroman vue vuong wachter wacker waddell waddington waddle waddy wade
wadley wadsworth wager wagers wages waggoner wagner wagnon wagoner wagstaff waguespack wahl waid wainscott wainwright wait waite
waiters waites waits wakefield wakeman walcott walczak wald walden waldman waldo waldon waldrep waldron waldrop waldrup wales
walk walker walko walkup wall walla wallace wallach wallen waller walley wallick wallin walling wallis walls walmsley walraven
walser walsh walston walter walters walther waltman walton waltz walz wampler wamsley wan wanamaker wang wanner wansley
warburton ward wardell warden wardlaw wardle wardlow ware wareham warf warfield warford wargo waring wark warman warne warner
warnick warnke warnock warr warren warrick warriner warrington warwick wash washam washburn washer washington wasserman wasson
watanabe watchman waterhouse waterman waters watford wathen watkins watson watt watters watterson watts waugh wax way wayland
wayman waymire wayne weakley wear weatherby weatherford weatherholt weatherly weathers weathersby weatherspoon weatherwax weaver
webb webber weber webre webster wechsler weddington weddle wedgeworth weed weeden weekley weeks weems weese wegener wegner
weibel weidman weidner weigand weigel weikel weil weiland weiler weimer wein weinberg weinberger weiner weingarten weinstein
weintraub weir weis weisberg weise weiser weisman weiss weissman weitzel welborn welch weldon weldy welk welker well weller
wellington wellman wells welsh welter welton welty wendel wendell wendland wendling wendt wenger wenner wentworth wentz wentzel
wenzel werner wert werth werts wertz wescott wesley wesner wesolowski wessel wessels wesson west westberg westberry westbrook
westbrooks westcott wester westerfield westerman western westfall westfield westgate westlake westley westlund westman
westmoreland weston westover westphal westrick wetherell wetherington wethington wetmore wetzel wexler weyant weyer weymouth
whalen whaley wharton whatley wheat wheatley wheaton wheeler wheelock whelan wherry whetstone whetzel whicker whidden whiddon
whipkey whipple whisenant whisenhunt whisler whisnant whitacre whitaker whitcomb white whiteaker whited whitefield whitehead
whitehill whitehouse whitehurst whiteley whiteman whitener whitesell whiteside whitesides whitfield whitford whiting whitis
whitley whitlock whitlow whitman whitmer whitmire whitmore whitney whitsett whitson whitt whittaker whitted whittemore whitten
whittier whittington whittle whitton whitworth whorton whyte wible wick wicker wickersham wickham wickline wicklund wickman
wicks wideman widener widman widmer widner wiebe wiechmann wieczorek wiegand wieland wiener wiens wier wiersma wiese wiesner
wiest wigfall wiggin wiggins wigginton wiggs wight wightman wigley wike wilbanks wilber wilbert wilborn wilbourn wilbur wilburn
wilcher wilcox wild wilde wilder wildes wildman wilds wile wiles wiley wilfong wilford wilhelm wilhite wilhoit wilhoite wiliams
wilk wilke wilken wilkens wilkerson wilkes wilkey wilkie wilkin wilkins wilkinson wilks will willaims willams willard willbanks
willcox wille willems willett willette willey willhite william williams williamson willie williford willingham willis willison
willman willmon willoughby wills willson wilmore wilmot wilmoth wilsey wilson wilt wilton wiltse wiltshire wimberly wimbish
wimbley wimbush wimer wimmer winans winburn winbush winchell winchester winder winders windham windle windley windom windsor
wine winebrenner winegar wines winfield winfree winfrey wing wingard wingate winger wingert winget wingfield wingo wininger
winkel winkelman winkfield winkle winkler winn winner winningham winship winslow winsor winstead winston winter winters winton
wireman wirt wirth wirtz wisdom wise wiseman wiser wisner wisniewski witcher witham withers witherspoon withrow witkowski witmer
witt witte witten witter wittman witty witzel wixom wofford wojciechowski wojcik wojtowicz wolcott wold wolf wolfe wolfenbarger
wolff wolfgang wolfgram wolford wolfson wolk wolter wolters wolverton womack womble wong woo wood woodall woodard woodberry
woodburn woodbury woodcock woodell wooden woodfin woodford woodham woodhouse woodland woodley woodman woodring woodrow woodruff
woodrum woods woodside woodson woodward woodworth woody woodyard woolard wooldridge woolery wooley woolf woolfolk woolford
woolley woolridge woolsey woosley wooster wooten wooton worcester word worden work workman works worley worrall worrell worsham
worsley worth wortham worthen worthey worthington worthy wortman wotring wozniak wray wren wrenn wright wrigley wrobel
wroblewski wulf wulff wunder wunderlich wurster wurth wyant wyatt wyche wyckoff wycoff wylie wyman wymer wynkoop wynn wynne
wyrick wysocki wysong wyss xavier xiong yaeger yager yale yamada yamaguchi yamamoto yamashita yan yancey yancy yandell yanes
yanez yang yao yap yarber yarborough yarbrough yard yardley yarnell yates yawn yazzie ybarra yeager yearwood yeary yeates yee
yeh yelton yelverton yen yeomans yepez yerby yerger yerkes yetter yeung yim yingling yip yoakum yockey yocum yoder yohe yoho yon
yong yonker yoo yoon york yoshida yoshioka yost youmans young youngblood younger youngman youngquist youngs younker yount younts
yow yuan yuen yun yung yunker zabala zabel zacharias zachary zachery zack zackery zager zahn zajac zak zaleski zalewski
zamarripa zambrano zamora zamudio zander zanders zapata zaragoza zarate zavala zayas zehr zeigler zeitz zelaya zell zeller
zellers zellmer zellner zeman zendejas zeno zepeda zerbe zeringue zhang zhao zhou zhu ziegler zielinski zielke ziemba zigler
zimmer zimmerman zimmermann zink zinn zirkle zito zoll zollinger zook zorn zuber zubia zucker zuckerman zukowski zullo zumwalt
zuniga zurcher zwilling
"""
