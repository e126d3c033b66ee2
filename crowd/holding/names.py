"""The words by which names are told from other words: lists of the language, none of them complete; and the areas of
the post, which are."""


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _of("""
canon captain cllr colonel councillor dame doctor dr father imam lady lord major matron miss mr mrs ms mx nurse
prof professor rabbi rev reverend sergeant sir sister
""")
SMALL_TITLES = _of("dr mr mrs ms mx")  # also before a name that is typed in small letters

# After these a capital begins a name: my patient Gladys; the physio, Sarah.
PEOPLE = _of("""
assistant aunt auntie aunty baby boss boy boyfriend brother carer chair child chiropodist cleaner client
colleague commissioner consultant cousin dad daughter dietician dietitian director doctor driver father fiancé
fiancée friend gent gentleman girl girlfriend gp gran grandad granddaughter grandfather grandma grandmother
grandson granny guy head husband lady lead leader mam man manager matron mentor midwife mom mother mum nan nana
neighbour nephew niece nurse orthoptist orthotist ot paramedic partner patient person physician physio
physiotherapist podiatrist porter practitioner prosthetist radiographer receptionist registrar resident
secretary sister son specialist stepdaughter stepson student supervisor surgeon teenager therapist toddler
trainee tutor uncle volunteer wife woman
""")
CALLED = _of("called named")
SAYING = _of("""
according ask asked asking contact contacted email emailed meet met phone ring speak speaking spoke talk talked
tell thank thanked thanks told trained work worked works write wrote
""")
JOINING = _of("to with")

# After a name these say that it is no person's: the Keogh review, Thomas splints, Lady Windermere ward.
WORKS = _of("""
act agenda approach approaches arthritis award awards cast casting casts chart charter charts chorea
classification coefficient concept contracture criteria diagram disease disorder dystrophy enquiry fellowship
fellowships formula foundation fracture fractures frame frames framework guardian guardians guideline guidelines
index inquiry law lecture lymphoma measure measures method methods model models nurses palsy plan plans
principle principles prize program programme programmes protocol questionnaire report reports review reviews
rule rules scale scales scheme score scores sign signs splint splints stages studies study syndrome technique
test tests trial tube tubes tumour
""")
PLACES = _of("""
avenue bay building campus centre city clinic clinics college council county court hall home homes hospice
hospital hospitals house infirmary institute lane library park place region road room rooms school site square
street suite theatre town trust unit units university ward wards wing
""")

# Capitals that begin no name.
OTHERS = _of("""
a about above access advice african after again against age agency agenda all allied along also always am
american among an and another any anyone anything appendix april arabic are around art as asian asked asks
association at audiology august authorities authority autumn back band be because been before behind being below
beneath bengali beside besides best better between beyond births black board boards both britain british but by
call called calls came can cancer cantonese care carers caribbean ccg ccgs centre change chapter chief chinese
christian christmas citizens city clients clinic clinical college commission commissioners commissioning
committee community contact could council count county december department did dietetic dietetics do doctors
does doing done down drama during each east easter education eight england english estates europe european even
ever every everybody everyone everything except executive facilities falls families february federation few
figure finance first five for form forum forward foundation four french friday from fund gave general german
gets gives goes got government grade group groups gujarati had happy has have having he health healthcare her
here him hindi hindu his home hospice hospital hospitals house how however human i i'd i'll i'm i've if
improvement in indian infirmary inside institute into ireland irish is it it's italian its january jewish july
june just knew knows language led let level like line london macmillan made makes management mandarin many march
may me medical medicine mental midlands midwifery might mind minister ministers monday more most much music
muslim must my national near needs network never nhs nine no nobody nor north not nothing november nurses
nursing occupational october of off office officer officers often on once one only onto or orthoptics orthotics
other our out outside over page pain pakistani paramedicine parliament part past patients payroll people per
pharmacy phase physical physiotherapy please podiatry policy polish portuguese post posts practice primary
procurement profession professional professions prosthetics psychology public punjabi quality question
radiography ramadan rehab rehabilitation research resources right romanian royal safety said saturday saw says
scope scotland scottish secondary secretary section sees september service services seven shall she should sikh
since six skills so social society somali some somebody someone something south spanish speech spring staff
stage state step still stp stps stroke students such summer sunday surgery table takes team teams tells ten than
that the their them then therapies therapists therapy there therefore these they thinks thirty this those
thought three through throughout thursday thus time title titles to told too took toward towards training trust
trusts tuesday turkish two under unison unit unite university until up upon urdu us vanguard very via view wales
wanted wants ward was we wednesday welsh went were west what when where which while white who whom whose why
will winter with within without would yes yet you your
""")

# Before a name: its place or a ship is meant, not a person.
HONOURED = _of("st saint queen king prince princess san santa lake mount port fort")

# Bodies and places that bear a person's name.
BODIES = frozenset(
    tuple(line.split())
    for line in """
agnes hunt
alder hey
arthur rank
bradford hill
charles clifford
darent valley
edith cavell
edward jenner
elizabeth garrett
florence nightingale
george eliot
harold wood
helen douglas
james cook
james paget
john radcliffe
joseph rowntree
josephine butler
katharine house
leonard cheshire
marie curie
mary seacole
moorfields eye
robert jones
ronald mcdonald
royal marsden
stoke mandeville
sue ryder
william harvey
""".splitlines()
)

# Given names as they are common in the United Kingdom, of every age and origin.
GIVEN = _of("""
aaron abdul abdullah abigail adam adrian agnes agnieszka ahmed aidan aileen aisha alan alasdair albert alex
alexander alexandra alfie alfred alice alison alistair allan amanda amelia amina amir amit amy ana anastasia
andrea andrew andy aneurin angela angharad anil anita ann anna anne annette annie anthony antonia antonio anwen
archie arjun arthur asha ashley asif audrey avril ayesha barbara barry beatrice becky ben benjamin bernard beryl
beth bethan betty beverley bilal blessing bob bogdan brenda brendan brian bridget bronwen bruce bryan callum
cameron carl carol carole caroline carolyn carys catherine cathy cecilia ceri charles charlie chidi chinedu
chioma chloe chris christian christina christine christopher ciara claire clare claudia clive colin connor cyril
damian daniel danielle danny danuta daphne darren dave david dean debbie deborah deepak deirdre delroy denise
dennis derek desmond diana diane dilys dominic donald donna doreen doris dorothy douglas duncan dylan ebony
eddie edith edna edward eileen elaine eleanor elena eleri elizabeth ella ellen ellie elsie emeka emily emma
emmanuel eoin eric erica ernest esther ethan ethel eunice eva evelyn ewan fatima fiona frances francesca francis
fred freda frederick freya gail gareth gary gavin gemma geoff geoffrey george georgia georgina gerald geraldine
gerard gillian gladys glenda glenys gloria godfrey gordon graham greg gregory gwen gwendolyn gwyneth hamza
hannah harold harpreet harriet harry hassan hayley heather hector helen helena henry hilary hilda howard hugh
hussein huw iain ian ibrahim ifeoma imran irene iris isaac isabel isabella isla ivan ivor jackie jacob
jacqueline jade jake james jamie jan jane janet janice jasmine jason jaswinder jatinder jayne jean jeff jeffrey
jenna jennifer jenny jeremy jerome jess jessica jill jim jimmy jo joan joanna joanne jodie joe joel johanna john
johnny jon jonathan jordan joseph josephine josh joshua joyce juan judith judy julia julian julie justin kamal
karen karl kate katherine kathleen kathryn kathy katie katrina kayleigh keith kelly ken kenneth kerry kevin
khalid kieran kim kirsty krishna krzysztof kwame kyle laura lauren laurence lawrence leanne lee leon leonard
lesley leslie lewis liam linda lindsay lisa liz lloyd lorna lorraine louis louise lucy luke lydia lynda lynn
lynne mabel maciej madeleine maeve magdalena maggie mair malcolm mandy manjit marcus margaret maria marian marie
marilyn marion marjorie marlene martha martin marvin mary matilda matthew maureen maurice mavis max megan mehmet
melanie melissa michael michelle mick miguel mike mildred miriam mo mohamed mohammad mohammed moira molly mona
monica morag moses muhammad muriel myfanwy nadia naomi natalie natasha nathan navjot neil nia niall nicholas
nick nicola nicole nigel nikhil nisha noreen norma norman nuala oliver olivia olu oluwaseun omar oscar osman
owen pamela parminder pat patricia patrick paul paula pauline pawel peggy penelope penny peter phil philip
philippa phoebe phyllis piotr pooja priya priyanka rachel rajesh rajinder ralph raymond rebecca reginald rhian
rhiannon rhys richard rita robert roberta robin rodney roger ronald rory rosalind rosemary rosie roy ruby rupert
russell ruth ryan sabrina sadie sajid saleem sally sam samantha samir samuel sandeep sandra sanjay sara sarah
sasha scott sean sebastian shabana shannon sharon shaun sheila shirley sian sidney simon siobhan sofia solomon
sonia sophia sophie stacey stan stanley stella stephanie stephen steve steven stewart stuart sunita suresh susan
suzanne sylvia tanya tariq terence teresa terry thelma theresa thomas tim timothy tina toby tom tomasz tony
tracey tracy trevor tunde una uzma valerie vanessa vera vernon veronica victor vijay vikram vincent violet
vivian vivien walter wanda warren wayne wendy wilfred william winifred winston yasmin yolanda yusuf yvonne zac
zahra zainab zoe zofia
""")
# Given names that are other words too: alone they are taken for those, before a surname for a name.
ALSO_WORDS = _of("""
amber angel april archer art august bill blake brook brooke carter charity charlotte chase chelsea chester
clarity clay constance craig crystal dale dawn destiny faith fern flora florence frank gene ginger glen gloria
grace grant guy harmony hazel heath holly honor honour hope hunter ivy jack jasper jewel joy june justice kent
lance lane laurel lily lincoln mark mason may melody mercy miles nelly olive opal patience pearl penny piers
poppy preston prudence ray reed rich rob robin rod rose rowan ruby rusty saffron sandy savannah sidney skye
sterling summer sydney temperance trinity troy ty ulysses verity victoria violet wade ward wes will willow woody
young
""")

POSTCODE_AREAS = _of("""
AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK
FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN
NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW
UB W WA WC WD WF WN WR WS WV YO ZE
""")
