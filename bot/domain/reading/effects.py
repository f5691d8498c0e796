"""Whether words say that something worked, went wrong again, or ask for help."""

from __future__ import annotations

import re


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_WORKED = _compiled(
    r"\b(?:that|this|it|which|yours?|works?|worked)(?:'s| is| was| has| did| totally| really| just| actually)* ?(?:worked|works|working|(?:did|fixed|solved|helped|unblocked|sorted|nailed) (?:it|that|me|us)|did the trick|the trick)\b"
    r"|\b(?:that|this|it) (?:totally |really |just |actually |indeed )?(?:worked|works|fixed|solved|did it|helped)\b"
    r"|\b(?:that|this|it)(?:'s| is| was) (?:exactly |indeed |totally )?it\b(?! (?:supposed|worth|possible|true|ok))|\bwas it[,!. ]|\bwas it$|\bthat was the (?:issue|problem|fix|one|cause)"
    r"|\b(?:works|working|green|deploying|moving|running|building|passing|up|back|unblocked|sorted|good|fixed) (?:again|now|for me now|for us now)\b"
    r"|\bnow (?:works|runs|passes|builds|deploys|it works)\b|\bworks(?: great| perfectly| like a charm| fine)?[,.! ]{0,3}(?:thanks|thank you|thx|cheers)"
    r"|\b(?:merged|deployed|shipped|resolved|sorted|fixed|unblocked|approved|done|solved)\b[^.?!]{0,30}\b(?:thanks|thank you|thx|ty|cheers)\b"
    r"|\b(?:thanks|thank you|thx|ty|cheers)\b[^?]{0,60}\b(?:works|worked|fixed|solved|merged|unblocked|sorted|did it|helped|green|moving|deploying|passes|running|was it|the trick|resolved|shipped)\b"
    r"|\b(?:i'm|im|i am|we're|we are|she's|he's|they're) (?:unblocked|unstuck|in|back in|up and running|good to go|moving again|back on track|all set)\b"
    r"|\b(?:all green|build is green|problem solved|no more errors|issue is gone|error is gone|got it working|good to go now)\b"
    r"|\b(?:funcionó|ya funciona|ahora (?:sí )?funciona|era eso|eso era|quedó|ya está|solucionado|resuelto|arreglado)\b"
    r"|\b(?:hat (?:geklappt|funktioniert|geholfen)|klappt (?:jetzt|wieder)|funktioniert (?:jetzt|wieder|nun)|läuft (?:jetzt|wieder)|das war'?s|daran lag|lag es|geht (?:jetzt|wieder)|jetzt geht)\b"
    r"|\b(?:ça (?:marche|fonctionne)|ça a (?:marché|fonctionné)|c'était (?:ça|bien ça)|c'est (?:bon|réglé|résolu)|résolu|réglé|débloqué)\b"
    r"|\b(?:funcionou|deu certo|agora (?:funciona|foi|deu)|era isso|resolvido|resolveu)\b"
    r"|動きました|直りました|できました|解決しました|うまくいきました|通りました|治りました|助かりました"
)
_THANKS = _compiled(
    r"\b(?:thanks?|thank you|thx|tysm|ty|cheers|ta|gracias|danke|merci|obrigad[oa]|valeu|you'?re a (?:star|legend|lifesaver))\b|ありがと|感謝|助かり"
)
_SETBACK = _compiled(
    r"\b(?:didn'?t|did not|doesn'?t|does not|don'?t|isn'?t|not|never|hasn'?t) (?:\w+ ){0,2}(?:work|works|worked|working|help|helped|fix|fixed|it|solve|solved|green)\b"
    r"|\bno (?:luck|dice|joy|change|difference)\b|\bnope\b|\b(?:same|different|another|new) (?:error|issue|problem|failure)\b|\bstill (?:fail\w*|broken|stuck|see\w*|get\w*|red|the same|not|happening|down|no)\b"
    r"|\bspoke too soon\b|\b(?:it'?s|is|are|came|comes) back\b(?! (?:up|to normal|online|in|on))|\b(?:broke|fails?|failing|failed|broken|down|happening) again\b|\bfor a (?:minute|moment|while),? (?:but|then)"
    r"|\b(?:no funciona|no funcionó|sigue fallando|sigue igual|geht (?:immer noch )?nicht|immer noch|leider nicht|klappt nicht|(?:ne )?(?:marche|fonctionne) (?:toujours )?pas|toujours pas"
    r"|não (?:funciona|funcionou|deu)|ainda não|continua (?:falhando|com))\b|動かない|動きません|ダメ|直らない|まだ(?:エラー|失敗)"
)
_ASKS = _compiled(
    r"\?|？|\b(?:anyone|anybody|any ideas?|does someone|can (?:someone|somebody|anyone)|could (?:someone|anyone)|how (?:do|can|should) (?:i|we)|help(?: me| us)? (?:with|please|pls)"
    r"|please help|need help|stuck|blocked|blocking|can'?t|cannot|failing|fails|broken|expired|not working|doesn'?t work|won'?t|error|errors|exception|timing out|times out|denied|alguien|ayuda|jemand|hilfe"
    r"|hängt|quelqu'un|aide|bloqué|alguém|ajuda|travad[oa]|no puedo|não consigo)\b|ですか|ますか|エラー|できない|できません|動かない|困って"
)


def says_it_worked(text: str) -> bool:
    """Whether the words tell of an effect: it works, it was that, somebody moves on. Setbacks are none."""
    return _WORKED.search(_flat(text)) is not None and not is_setback(text)


def gives_thanks(text: str) -> bool:
    """Whether somebody is thanked."""
    return _THANKS.search(_flat(text)) is not None


def is_setback(text: str) -> bool:
    """Whether the words say that it doesn't work, still or again."""
    return _SETBACK.search(_flat(text)) is not None


def asks(text: str) -> bool:
    """Whether it is a question, or tells of being stuck."""
    return _ASKS.search(_flat(text)) is not None


def _flat(text: str) -> str:
    return " ".join(text.replace("’", "'").split())
