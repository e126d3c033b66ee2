"""The words by which names are told from other words. Lists of the language, none of them complete."""


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _of(
    "dr mr mrs ms miss mx prof professor sir dame lord lady rev reverend father canon rabbi imam sister matron nurse "
    "cllr councillor captain major colonel sergeant doctor"
)
SMALL_TITLES = _of("dr mr mrs ms mx")  # also before a name that is typed in small letters

# After these a capital begins a name: my patient Gladys; the physio, Sarah.
PEOPLE = _of(
    "patient client resident carer colleague manager supervisor boss director lead head chair consultant registrar "
    "surgeon physician doctor gp nurse matron midwife paramedic physio physiotherapist therapist ot dietitian podiatrist "
    "chiropodist orthoptist orthotist prosthetist radiographer assistant receptionist secretary student trainee mentor "
    "tutor husband wife partner son daughter mother mum mom mam father dad brother sister friend neighbour aunt auntie "
    "aunty uncle cousin niece nephew nan nana gran granny grandma grandad grandmother grandfather grandson granddaughter "
    "stepson stepdaughter girlfriend boyfriend fiancé fiancée man woman lady gentleman gent boy girl child baby toddler "
    "teenager person guy volunteer driver porter cleaner commissioner dietician specialist practitioner leader"
)
CALLED = _of("called named")
SAYING = _of(
    "ask asked asking thank thanks thanked tell told speak spoke speaking talk talked contact contacted met meet phone "
    "ring email emailed write wrote trained work worked works according"
)
JOINING = _of("to with")

# After a name these say that it is no person's: the Keogh review, Thomas splints, Lady Windermere ward.
WORKS = _of(
    "review reviews report reports inquiry enquiry principles principle guardian guardians rule rules law act scale "
    "scales score scores index test tests measure measures questionnaire approach approaches method methods technique "
    "concept model models syndrome disease palsy dystrophy fracture fractures splint splints cast casts casting sign "
    "signs frame frames tube tubes programme programmes program scheme foundation fellowship fellowships lecture award "
    "awards prize formula criteria classification stages guideline guidelines framework charter agenda plan plans nurses "
    "coefficient diagram chart charts protocol study studies trial disorder chorea contracture arthritis tumour lymphoma"
)
PLACES = _of(
    "hospital hospitals ward wards unit units wing house building suite centre clinic clinics road street lane avenue "
    "square court place park site campus trust college university school hall theatre room rooms bay infirmary hospice "
    "home homes library institute council city town region county"
)

# Capitals that begin no name.
OTHERS = _of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december spring summer autumn winter christmas easter ramadan "
    "english welsh scottish irish british european american polish french german italian spanish portuguese urdu punjabi "
    "bengali gujarati hindi arabic somali turkish chinese cantonese mandarin romanian indian pakistani african asian "
    "caribbean black white muslim christian jewish hindu sikh england wales scotland ireland britain london north south "
    "east west midlands europe "
    "health healthcare public national nhs service services trust trusts board boards royal college society association "
    "institute council city county university hospital hospitals infirmary hospice ward unit centre department clinic "
    "social care community primary secondary mental physical clinical medical allied professions profession professional "
    "occupational speech language therapy therapies physiotherapy podiatry dietetics dietetic radiography orthoptics "
    "orthotics prosthetics paramedicine rehabilitation rehab audiology psychology pharmacy nursing midwifery medicine "
    "art drama music surgery stroke falls cancer pain research education training skills for change improvement quality "
    "safety chief executive officer officers secretary state minister ministers government parliament department policy "
    "commission commissioning commissioners group groups ccg ccgs stp stps forward view vanguard agenda first home "
    "hospital better births right time count every contact age mind citizens advice unison unite macmillan scope "
    "committee team teams network forum federation foundation fund house agency authority authorities office general "
    "human resources finance estates procurement payroll facilities management it question page part section table "
    "figure chapter appendix step stage phase level band grade line access best practice happy thirty "
    "i i'm i'd i've i'll a an the this that these those there here it its it's he she we you they his her our your their "
    "my me us him them who whom whose which what when where why how if as at by in on of off to from with without and or "
    "but nor so yet not no yes all any both each few many more most much some such other another one two three four five "
    "six seven eight nine ten is are was were be been being am has have had having do does did doing done will would "
    "shall should can could may might must let than then thus too very just only even ever never always often once again "
    "about above after against along among around because before behind below beneath beside besides between beyond "
    "during except inside into like near onto outside over past per since through throughout toward towards under until "
    "up upon via while within please also however therefore nobody somebody everybody everyone someone anyone nothing "
    "something everything anything people patients staff therapists clients carers families doctors nurses students "
    "says said asks asked needs gets got went came made makes takes took knows knew thinks thought wants wanted tells "
    "told calls called goes gives gave sees saw still out back down led posts post only title titles form call"
)

# Before a name: its place or a ship is meant, not a person.
HONOURED = _of("st saint queen king prince princess san santa lake mount port fort")

# Bodies and places that bear a person's name.
BODIES = frozenset(
    tuple(line.split())
    for line in (
        "marie curie|sue ryder|florence nightingale|mary seacole|john radcliffe|robert jones|agnes hunt|james cook|"
        "james paget|leonard cheshire|ronald mcdonald|elizabeth garrett|william harvey|royal marsden|alder hey|"
        "moorfields eye|stoke mandeville|joseph rowntree|george eliot|darent valley|edith cavell|josephine butler|"
        "helen douglas|katharine house|arthur rank|edward jenner|harold wood|charles clifford|bradford hill"
    ).split("|")
)

# Given names as they are common in the United Kingdom, of every age and origin.
GIVEN = _of(
    "aaron abdul abdullah abigail adam adrian agnes agnieszka ahmed aidan aileen aisha alan alasdair albert alex "
    "alexander alexandra alfie alfred alice alison alistair allan amanda amelia amina amir amit amy ana anastasia andrea "
    "andrew andy aneurin angela angharad anil anita ann anna anne annette annie anthony antonia antonio anwen archie arjun "
    "arthur asha ashley asif audrey avril ayesha barbara barry beatrice becky ben benjamin bernard beryl beth bethan "
    "betty beverley bilal blessing bob bogdan brenda brendan brian bridget bronwen bruce bryan callum cameron carl carol "
    "carole caroline carolyn carys catherine cathy cecilia ceri charles charlie chidi chinedu chioma chloe chris "
    "christian christina christine christopher ciara claire clare claudia clive colin connor cyril damian daniel danielle "
    "danny danuta daphne darren dave david dean deborah debbie deepak deirdre delroy denise dennis derek desmond diana "
    "diane dilys dominic donald donna doreen doris dorothy douglas duncan dylan ebony eddie edith edna edward eileen "
    "elaine eleanor elena eleri elizabeth ella ellen ellie elsie emeka emily emma emmanuel eoin eric erica ernest esther "
    "ethel ethan eunice eva evelyn ewan fatima fiona frances francesca francis fred freda frederick freya gail gareth gary "
    "gavin gemma geoff geoffrey george georgia georgina gerald geraldine gerard gillian gladys glenda glenys gloria "
    "godfrey gordon graham greg gregory gwen gwendolyn gwyneth hamza hannah harold harpreet harriet harry hassan hayley "
    "heather hector helen helena henry hilary hilda howard hugh hussein huw iain ian ibrahim ifeoma imran irene iris isaac "
    "isabel isabella isla ivan ivor jackie jacob jacqueline jade jake james jamie jan jane janet janice jasmine jason "
    "jaswinder jatinder jayne jean jeff jeffrey jenna jennifer jenny jeremy jerome jess jessica jill jim jimmy jo joan "
    "joanna joanne jodie joe joel johanna john johnny jon jonathan jordan joseph josephine josh joshua joyce juan judith "
    "judy julia julian julie justin kamal karen karl kate katherine kathleen kathryn kathy katie katrina kayleigh keith "
    "kelly ken kenneth kerry kevin khalid kieran kim kirsty krishna krzysztof kwame kyle laura lauren laurence lawrence "
    "leanne lee leon leonard lesley leslie lewis liam linda lindsay lisa liz lloyd lorna lorraine louis louise lucy luke "
    "lydia lynda lynn lynne mabel maciej madeleine maeve magdalena maggie mair malcolm mandy manjit marcus margaret maria "
    "marian marie marilyn marion marjorie marlene martha martin marvin mary matilda matthew maureen maurice mavis max "
    "megan mehmet melanie melissa michael michelle mick miguel mike mildred mildred miriam mo mohamed mohammad mohammed "
    "moira molly mona monica morag moses muhammad muriel myfanwy nadia naomi natalie natasha nathan navjot neil nia "
    "niall nicholas nick nicola nicole nigel nikhil nisha noreen norma norman nuala oliver olivia olu oluwaseun omar osman "
    "oscar owen pamela parminder pat patricia patrick paul paula pauline pawel peggy penelope penny peter phil philip "
    "philippa phoebe phyllis piotr pooja priya priyanka rachel rajesh rajinder ralph raymond rebecca reginald rhian rhiannon "
    "rhys richard rita robert roberta robin rodney roger ronald rory rosalind rosemary rosie roy ruby rupert russell ruth "
    "ryan sabrina sadie sajid saleem sally sam samantha samir samuel sandeep sandra sanjay sara sarah sasha scott sean "
    "sebastian shabana shannon sharon shaun sheila shirley sian sidney simon siobhan sofia solomon sonia sophia sophie "
    "stacey stan stanley stella stephanie stephen steve steven stewart stuart sunita suresh susan suzanne sylvia tanya "
    "tariq teresa terence terry thelma theresa thomas tim timothy tina toby tom tomasz tony tracey tracy trevor tunde una "
    "uzma valerie vanessa veronica vera vernon victor vijay vikram vincent violet vivian vivien walter wanda warren wayne "
    "wendy wilfred william winifred winston yasmin yolanda yusuf yvonne zac zahra zainab zoe zofia"
)
# Given names that are other words too: alone they are taken for those, before a surname for a name.
ALSO_WORDS = _of(
    "amber angel april archer art august bill blake brook brooke carter charity charlotte chase chelsea chester clarity "
    "clay constance craig crystal dale dawn destiny faith fern florence flora frank gene ginger glen gloria grace grant "
    "guy harmony hazel heath holly honor honour hope hunter ivy jack jasper jewel joy june justice kent lance lane "
    "laurel lily lincoln mark mason may melody mercy miles nelly olive opal patience pearl penny piers poppy preston "
    "prudence ray reed rich rob robin rod rose rowan ruby rusty saffron sandy savannah sidney skye sterling summer sydney "
    "temperance trinity troy ty ulysses verity victoria violet wade ward wes will willow woody young"
)
