# The hidden drivers of single layers: a line in, a JSON line out.
$ printf '%s\n' 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)' '' | sluice test-agent
{"agent":"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0","machine":false,"reason":null}
{"agent":"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)","machine":true,"reason":"search-engine: bingbot"}
{"agent":"","machine":true,"reason":"no user agent"}
$ printf '%s\n' 'https://www.google.com/search?q=lead+or+prospect' 'https://chatgpt.com/' 'https://example.org/?utm_source=news&utm_medium=email' '' 'not a URL' | sluice test-referrer
{"url":"https://www.google.com/search?q=lead+or+prospect","medium":"search","source":"Google","term":"lead or prospect"}
{"url":"https://chatgpt.com/","medium":"ai","source":"ChatGPT","term":null}
{"url":"https://example.org/?utm_source=news&utm_medium=email","medium":"email","source":"news","term":null}
{"url":"","medium":"direct","source":null,"term":null}
{"url":"not a URL","medium":"unknown","source":null,"term":null}
$ echo 'https://shop.example.org/cart' | sluice test-referrer --site www.example.org
{"url":"https://shop.example.org/cart","medium":"internal","source":null,"term":null}
$ printf '%s\n' ' Ann@BÜCHER.example' '"ann"@example.org' 'ann@example' 'ann.example.org' | sluice test-address
{"input":" Ann@BÜCHER.example","valid":true,"normal":"Ann@bücher.example","reason":null}
{"input":"\"ann\"@example.org","valid":true,"normal":"ann@example.org","reason":null}
{"input":"ann@example","valid":false,"normal":null,"reason":"the domain has no dot"}
{"input":"ann.example.org","valid":false,"normal":null,"reason":"there is no @ in it"}
$ printf 'ann@example.org' | sluice test-address
{"input":"ann@example.org","valid":true,"normal":"ann@example.org","reason":null}
$ sluice test-agent </dev/null
$ sluice test-agent file 2>&1
sluice test-agent: lines are read from standard input; no file is named
Try 'sluice test-agent --help'.
[2]
