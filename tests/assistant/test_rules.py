"""Without a model: the same tools are called, in eight languages, and their answers are worded."""

from collections.abc import Iterator

import pytest

from backend.ai.provider import ChatMessage, Finish, Usage
from backend.assistant.intents import Intent, recognise
from backend.assistant.rule_replies import say
from backend.assistant.rules import ANSWERS, SENTENCES, RulesAssistant, warm_up
from backend.catalog.lexicon import LANGUAGES
from backend.shops.settings import DEFAULTS, Settings
from tests.support.rules_talk import NOT_NOW, RulesTalk, whole_store

# What is asked, in the order of the languages; the tools that are called; the sentence that begins
# the answer.
STORIES: dict[Intent, tuple[str, list[str], str]] = {
    Intent.PRODUCT_SEARCH: (
        "do you have lamps | habt ihr lampen | busco una lámpara | je cherche une lampe"
        " | लैंप दिखाओ | ലാമ്പ് കാണിക്കൂ | ランプを探しています | ابحث عن مصباح",
        ["search_products", "show_products"],
        "found",
    ),
    Intent.PRICE: (
        "how much is the lamp | was kostet die lampe | cuánto cuesta la lámpara"
        " | combien coûte la lampe | लैंप कितने का है | ലാമ്പിന്റെ വില എത്ര"
        " | ランプはいくらですか | بكم المصباح",
        ["search_products", "show_products"],
        "price",
    ),
    Intent.PRODUCT_DETAIL: (
        "what are the dimensions of the lamp | welche maße hat die lampe"
        " | cuánto mide la lámpara | quelles sont les dimensions de la lampe"
        " | लैंप की ऊंचाई कितनी है | ലാമ്പിന്റെ ഉയരം എത്രയാണ്"
        " | ランプの高さは何センチですか | كم ارتفاع المصباح",
        ["search_products", "get_product", "show_products"],
        "",
    ),
    Intent.SHIPPING: (
        "do you ship to norway | liefert ihr nach norwegen | enviáis a noruega"
        " | vous livrez en norvège | नॉर्वे में डिलीवरी होती है"
        " | നോർവേയിലേക്ക് ഡെലിവറി ഉണ്ടോ | ノルウェーに送れますか | تشحنون للنرويج",
        ["read_policies"],
        "",
    ),
    Intent.RETURNS: (
        "can i return it | kann ich das zurückgeben | puedo devolver esto"
        " | je peux renvoyer | वापस कर सकते हैं | തിരിച്ചയക്കാമോ | 返品できますか"
        " | كيف طريقة الارجاع",
        ["read_policies"],
        "",
    ),
    Intent.PAYMENT: (
        "do you take paypal | kann ich mit paypal zahlen | aceptáis paypal"
        " | vous acceptez paypal | कार्ड से पेमेंट कर सकते हैं | കാർഡ് എടുക്കുമോ"
        " | paypalで払えますか | تقبلون باي بال",
        ["read_policies"],
        "",
    ),
    Intent.DISCOUNT: (
        "any student discount | gibt es studentenrabatt | hay descuento de estudiante"
        " | une réduction étudiante | कोई डिस्काउंट मिलेगा | ഡിസ്കൗണ്ട് ഉണ്ടോ"
        " | 学割はありますか | فيه خصم للطلاب",
        ["read_policies"],
        "",
    ),
    Intent.WARRANTY: (
        "how long is the warranty | wie lange ist die garantie | cuánta garantía tiene"
        " | quelle est la garantie | वारंटी कितनी है | വാറന്റി ഉണ്ടോ"
        " | 保証期間は | كم مدة الضمان",
        ["read_policies"],
        "",
    ),
    Intent.STORE: (
        "what are your opening hours | öffnungszeiten? | qué horario tenéis"
        " | quels sont vos horaires | दुकान कब खुलती है | എപ്പോൾ തുറക്കും"
        " | 営業時間は | ساعات العمل",
        ["read_policies"],
        "",
    ),
    Intent.ORDER_STATUS: (
        "where is my order | wo ist meine bestellung | dónde está mi pedido"
        " | où est ma commande | मेरा ऑर्डर कहाँ है | എന്റെ ഓർഡർ എവിടെ"
        " | 注文状況を教えて | وين طلبي",
        ["check_order"],
        "order_needs_both",
    ),
    Intent.PERSON: (
        "let me talk to a human | ich will mit einem menschen sprechen"
        " | quiero hablar con una persona | je veux parler à un conseiller"
        " | किसी इंसान से बात कराओ | ഒരാളോട് സംസാരിക്കണം | 担当者と話したい"
        " | ابي اكلم موظف",
        ["ask_for_a_person"],
        "person_requested",
    ),
    Intent.COMPLAINT: (
        "the vase came broken | die lampe ist kaputt angekommen | llegó roto"
        " | il est arrivé cassé | टूटा हुआ आया | പൊട്ടിയ സാധനം കിട്ടി | 割れて届きました"
        " | وصلني مكسور",
        ["ask_for_a_person"],
        "sorry",
    ),
    Intent.BULK_ORDER: (
        "2 lamps, 4 mugs and 1 rug | 2 lampen, 4 tassen und 1 teppich"
        " | 2 lámparas, 4 tazas y 1 alfombra | 2 lampes, 4 tasses et 1 tapis"
        " | 2 लैंप 4 कप और 1 चादर | 2 ലാമ്പ് 4 കപ്പ് 1 ബാഗ്"
        " | ランプ2個とカップ4個とタオル1枚 | ٢ مصباح و٤ كوب",
        ["ask_for_a_person"],
        "no_bulk",
    ),
    Intent.CALLBACK: (
        "please call me back | bitte um rückruf | me podéis llamar"
        " | pouvez vous me rappeler | मुझे कॉल कर लीजिए | എന്നെ ഒന്ന് വിളിക്കാമോ"
        " | 折り返し電話ください | كلموني بكرة",
        ["ask_for_a_person"],
        "no_callback",
    ),
    Intent.GREETING: (
        "hello | hallo | hola | bonjour | नमस्ते | ഹലോ | こんにちは | مرحبا",
        [],
        "greeting",
    ),
    Intent.THANKS: (
        "thanks | danke | gracias | merci | धन्यवाद | നന്ദി | ありがとう | شكرا",
        [],
        "thanks",
    ),
    Intent.GOODBYE: (
        "bye | tschüss | adiós | au revoir | अलविदा | ബൈ | さようなら | مع السلامة",
        [],
        "goodbye",
    ),
    Intent.HELP: (
        "what can you do | was kannst du | qué puedes hacer | vous pouvez faire quoi"
        " | क्या कर सकते हो | എന്തൊക്കെ ചെയ്യാൻ പറ്റും | 何ができますか | كيف تساعدني",
        [],
        "help",
    ),
    Intent.NONSENSE: (
        "asdf | hahaha | jajaja | hahaha | हाहाहा 420 पपपप | ബ്ലാഹ് ബ്ലാഹ് | あああああ"
        " | ههههههه",
        [],
        "not_understood",
    ),
    Intent.NO: (
        "no | nein | no | non | नहीं | വേണ്ട | いいえ | لا",
        [],
        "go_on",
    ),
}


def stories() -> Iterator[tuple[Intent, str, str]]:
    for intent, (asked, _, _) in STORIES.items():
        for language, text in zip(LANGUAGES, asked.split(" | "), strict=True):
            yield intent, language, text


@pytest.mark.parametrize(("intent", "language", "text"), stories())
def test_each_intent_has_its_answer_in_every_language(
    intent: Intent, language: str, text: str
) -> None:
    _, called, begins = STORIES[intent]
    talk = RulesTalk(whole_store(), locale=language)

    answer = talk.ask(text)

    assert recognise(text, language, []).intent is intent
    assert talk.called == called
    assert answer
    if begins:
        assert answer.startswith(say(begins, language))


def test_every_intent_has_an_answer() -> None:
    assert ANSWERS.keys() | SENTENCES.keys() == set(Intent)


@pytest.mark.parametrize(("intent", "language", "text"), stories())
def test_no_price_is_written_that_no_policy_names(
    intent: Intent, language: str, text: str
) -> None:
    answer = RulesTalk(whole_store(), locale=language).ask(text)

    assert "129" not in answer


@pytest.mark.parametrize(("intent", "language", "text"), stories())
def test_a_tool_that_fails_ends_in_an_honest_sentence(
    intent: Intent, language: str, text: str
) -> None:
    talk = RulesTalk(dict.fromkeys(whole_store(), NOT_NOW), locale=language)

    answer = talk.ask(text)

    assert answer
    assert NOT_NOW not in answer
    if talk.called:
        sentences = ("offer", "contact")
        assert any(say(name, language) in answer for name in sentences)


@pytest.mark.parametrize(("intent", "language", "text"), stories())
def test_no_tool_is_called_that_is_not_offered(
    intent: Intent, language: str, text: str
) -> None:
    talk = RulesTalk({}, locale=language)

    assert talk.ask(text)
    assert talk.called == []


# Why it is brief


def test_the_first_answer_says_why_it_is_brief_and_no_later_one() -> None:
    talk = RulesTalk(whole_store(), reason="down")
    why = say("why_brief", "en")

    assert talk.ask("do you have lamps").startswith(why)
    assert why not in talk.ask("more")


def test_a_shop_without_a_model_by_choice_explains_nothing() -> None:
    assert say("why_brief", "en") not in RulesTalk(whole_store()).ask("hello")


def test_who_has_talked_with_a_model_is_not_told_again() -> None:
    talk = RulesTalk(whole_store(), reason="down")
    talk.messages += [ChatMessage("user", "hi"), ChatMessage("assistant", "Hello!")]

    assert say("why_brief", "en") not in talk.ask("do you have lamps")


# What was said before


def test_yes_to_an_offer_asks_for_a_person() -> None:
    talk = RulesTalk(whole_store() | {"search_products": {"products": [], "found": 0}})

    assert say("offer", "en") in talk.ask("do you have unicorns")
    assert talk.ask("yes please") == say("person_requested", "en")
    assert talk.called == ["ask_for_a_person"]


def test_yes_to_nothing_is_no_wish() -> None:
    talk = RulesTalk(whole_store())

    assert talk.ask("yes") == say("go_on", "en")
    assert talk.called == []


def test_a_message_that_could_be_in_any_language_is_in_the_one_before() -> None:
    talk = RulesTalk(whole_store(), locale="en")
    talk.ask("wo ist meine bestellung")

    assert talk.ask("1042") == say("order_needs_email", "de")


# The shop's languages


def test_a_shop_that_speaks_some_languages_answers_in_one_of_them() -> None:
    settings = Settings(languages=("Deutsch", "English"))
    talk = RulesTalk(whole_store(), settings=settings)

    assert talk.ask("bonjour") == say("greeting", "de")
    assert talk.ask("good morning") == say("greeting", "en")


# The protocol


def test_a_step_costs_nothing_and_ends_whole() -> None:
    asked = [ChatMessage("system", "Help."), ChatMessage("user", "hello")]
    pieces = list(RulesAssistant(None, None, DEFAULTS, None).stream(asked, [], 1.0))

    assert pieces == [say("greeting", "en"), Usage(0, 0), Finish()]


def test_a_turn_costs_nothing() -> None:
    talk = RulesTalk(whole_store())
    talk.ask("do you have lamps")

    assert talk.costs.tokens == Usage(0, 0)


def test_a_conversation_without_a_question_is_not_understood() -> None:
    pieces = list(RulesAssistant("de", None, DEFAULTS, None).stream([], [], 1.0))

    assert str(pieces[0]).startswith(say("not_understood", "de"))


def test_calls_of_a_turn_have_ids_of_their_own() -> None:
    talk = RulesTalk(whole_store(), page={"handle": "lamp", "title": "Lamp"})
    talk.ask("is it oak")

    # They are kept by their ids.
    assert talk.called == ["get_product", "show_products"]


def test_all_words_can_be_read_before_anybody_asks() -> None:
    warm_up()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_not_understood_is_offered_a_person(language: str) -> None:
    answer = RulesTalk(whole_store(), locale=language).ask("?!")

    assert say("not_understood", language) in answer
    assert answer.endswith(say("offer", language))
