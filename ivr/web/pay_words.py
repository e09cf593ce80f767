"""What the pages of payment say, in every language: a row is English, Hindi, Kannada. Places are written {amount}; nothing here is markup.

Which signs are an emergency is for a clinician to say: those are words of the clinic (`pay_page_red_sign_1` … in `callflows/words/`).
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from ivr.model.values import Language

Say = Callable[..., Markup]

WORDS: Mapping[str, tuple[str, str, str]] = {
    "pay_title": ("Pay for a doctor’s call", "डॉक्टर की कॉल के लिए भुगतान", "ವೈದ್ಯರ ಕರೆಗೆ ಪಾವತಿ"),
    "consultation": ("Consultation by phone: {speciality}", "फ़ोन पर सलाह: {speciality}", "ಫೋನ್ ಮೂಲಕ ಸಲಹೆ: {speciality}"),
    "orthopedics": ("bones, joints and back (orthopedics)", "हड्डी, जोड़ और कमर (ऑर्थोपेडिक्स)", "ಮೂಳೆ, ಕೀಲು ಮತ್ತು ಬೆನ್ನು (ಆರ್ಥೋಪೆಡಿಕ್ಸ್)"),
    "full_amount": (
        "This is the full amount; nothing is added to it.",
        "यही पूरी रक़म है; इसमें और कुछ नहीं जुड़ेगा।",
        "ಇದೇ ಪೂರ್ಣ ಮೊತ್ತ; ಇದಕ್ಕೆ ಬೇರೇನೂ ಸೇರುವುದಿಲ್ಲ.",
    ),
    "promise": (
        "A doctor calls the phone that rang us within {minutes} minutes of your payment, or you get a full refund by itself.",
        "जिस फ़ोन से हमें कॉल आई थी, उस पर भुगतान के {minutes} मिनट के भीतर डॉक्टर कॉल करेंगे, नहीं तो पूरा पैसा अपने-आप वापस।",
        "ನಮಗೆ ಕರೆ ಬಂದ ಫೋನಿಗೆ ಪಾವತಿಯಾದ {minutes} ನಿಮಿಷಗಳಲ್ಲಿ ವೈದ್ಯರು ಕರೆ ಮಾಡುತ್ತಾರೆ, ಇಲ್ಲದಿದ್ದರೆ ಪೂರ್ಣ ಹಣ ತಾನಾಗಿಯೇ ವಾಪಸ್.",
    ),
    "bank": (
        "Your bank may take up to 7 working days to show a refund.",
        "वापसी दिखाने में बैंक को 7 कामकाजी दिन तक लग सकते हैं।",
        "ವಾಪಸಾದ ಹಣ ತೋರಿಸಲು ಬ್ಯಾಂಕಿಗೆ 7 ಕೆಲಸದ ದಿನಗಳವರೆಗೆ ಬೇಕಾಗಬಹುದು.",
    ),
    "red_title": (
        "Do not pay, and do not wait for us, if the patient has any of these:",
        "मरीज़ को इनमें से कुछ भी हो, तो भुगतान न करें और हमारा इंतज़ार न करें:",
        "ರೋಗಿಗೆ ಇವುಗಳಲ್ಲಿ ಯಾವುದಾದರೂ ಇದ್ದರೆ ಪಾವತಿಸಬೇಡಿ, ನಮಗಾಗಿ ಕಾಯಬೇಡಿ:",
    ),
    "red_call": (
        "Call {n112}, or {n108} for an ambulance, or go to the nearest hospital now.",
        "तुरंत {n112} मिलाएँ, या एंबुलेंस के लिए {n108}, या पास के अस्पताल जाएँ।",
        "ಕೂಡಲೇ {n112} ಗೆ, ಅಥವಾ ಆಂಬುಲೆನ್ಸ್‌ಗಾಗಿ {n108} ಗೆ ಕರೆ ಮಾಡಿ, ಅಥವಾ ಹತ್ತಿರದ ಆಸ್ಪತ್ರೆಗೆ ಹೋಗಿ.",
    ),
    "emergency": (
        "In an emergency, do not pay and do not wait for us: call {n112}, or {n108} for an ambulance.",
        "आपात स्थिति हो, तो भुगतान न करें और हमारा इंतज़ार न करें: {n112} मिलाएँ, या एंबुलेंस के लिए {n108}।",
        "ತುರ್ತು ಪರಿಸ್ಥಿತಿಯಲ್ಲಿ ಪಾವತಿಸಬೇಡಿ, ನಮಗಾಗಿ ಕಾಯಬೇಡಿ: {n112} ಗೆ, ಅಥವಾ ಆಂಬುಲೆನ್ಸ್‌ಗಾಗಿ {n108} ಗೆ ಕರೆ ಮಾಡಿ.",
    ),
    "worse": (
        "If it gets worse, do not wait for us: call {n112} or {n108}.",
        "हालत बिगड़े, तो हमारा इंतज़ार न करें: {n112} या {n108} मिलाएँ।",
        "ಹೆಚ್ಚಾದರೆ ನಮಗಾಗಿ ಕಾಯಬೇಡಿ: {n112} ಅಥವಾ {n108} ಗೆ ಕರೆ ಮಾಡಿ.",
    ),
    "name": (
        "Patient’s name, for the doctor (you may leave it empty)",
        "मरीज़ का नाम, डॉक्टर के लिए (ख़ाली छोड़ सकते हैं)",
        "ವೈದ್ಯರಿಗಾಗಿ ರೋಗಿಯ ಹೆಸರು (ಖಾಲಿ ಬಿಡಬಹುದು)",
    ),
    "pay_button": ("Pay {amount}", "{amount} का भुगतान करें", "{amount} ಪಾವತಿಸಿ"),
    "where": (
        "You pay on the payment company’s own page. Never give us a card number, a UPI PIN or a password.",
        "भुगतान आप भुगतान कंपनी के अपने पेज पर करते हैं। हमें कार्ड नंबर, UPI पिन या पासवर्ड कभी न दें।",
        "ಪಾವತಿ ನಡೆಯುವುದು ಪಾವತಿ ಕಂಪನಿಯ ಸ್ವಂತ ಪುಟದಲ್ಲಿ. ನಮಗೆ ಕಾರ್ಡ್ ಸಂಖ್ಯೆ, UPI ಪಿನ್ ಅಥವಾ ಪಾಸ್‌ವರ್ಡ್ ಎಂದೂ ಕೊಡಬೇಡಿ.",
    ),
    "privacy": ("What we keep about you, and what for", "हम आपके बारे में क्या रखते हैं, और किसलिए", "ನಿಮ್ಮ ಬಗ್ಗೆ ನಾವು ಏನನ್ನು ಇಡುತ್ತೇವೆ, ಏಕೆ"),
    "reference": ("Reference: {reference}", "संदर्भ संख्या: {reference}", "ಉಲ್ಲೇಖ ಸಂಖ್ಯೆ: {reference}"),
    "card": (
        "That looked like a card or account number. Please never type one here: only the payment company’s own page asks for it. "
        "We have not kept it.",
        "यह किसी कार्ड या खाते का नंबर लगा। कृपया उसे यहाँ कभी न लिखें: वह केवल भुगतान कंपनी के अपने पेज पर माँगा जाता है। हमने उसे नहीं रखा।",
        "ಅದು ಕಾರ್ಡ್ ಅಥವಾ ಖಾತೆಯ ಸಂಖ್ಯೆಯಂತಿತ್ತು. ಅದನ್ನು ಇಲ್ಲಿ ಎಂದೂ ಬರೆಯಬೇಡಿ: ಪಾವತಿ ಕಂಪನಿಯ ಸ್ವಂತ ಪುಟ ಮಾತ್ರ ಕೇಳುತ್ತದೆ. ನಾವು ಅದನ್ನು ಇಟ್ಟುಕೊಂಡಿಲ್ಲ.",
    ),
    "form": (
        "That did not come from this page, so nothing was done. Please try once more.",
        "यह इस पेज से नहीं आया, इसलिए कुछ नहीं किया गया। कृपया एक बार फिर कोशिश करें।",
        "ಇದು ಈ ಪುಟದಿಂದ ಬಂದಿಲ್ಲ, ಆದ್ದರಿಂದ ಏನೂ ಮಾಡಿಲ್ಲ. ದಯವಿಟ್ಟು ಇನ್ನೊಮ್ಮೆ ಪ್ರಯತ್ನಿಸಿ.",
    ),
    "shape": (
        "The code has six digits, and we need the last four digits of the number as well.",
        "कोड छह अंकों का है, और नंबर के आख़िरी चार अंक भी चाहिए।",
        "ಕೋಡ್‌ನಲ್ಲಿ ಆರು ಅಂಕಿಗಳಿವೆ, ಸಂಖ್ಯೆಯ ಕೊನೆಯ ನಾಲ್ಕು ಅಂಕಿಗಳೂ ಬೇಕು.",
    ),
    "pair": (
        "No payment is waiting for this code and these digits. Please check both. A code is good for half an hour.",
        "इस कोड और इन अंकों के लिए कोई भुगतान बाक़ी नहीं है। कृपया दोनों जाँच लें। कोड आधे घंटे तक चलता है।",
        "ಈ ಕೋಡ್ ಮತ್ತು ಅಂಕಿಗಳಿಗೆ ಯಾವ ಪಾವತಿಯೂ ಬಾಕಿ ಇಲ್ಲ. ದಯವಿಟ್ಟು ಎರಡನ್ನೂ ಪರಿಶೀಲಿಸಿ. ಕೋಡ್ ಅರ್ಧ ಗಂಟೆ ನಡೆಯುತ್ತದೆ.",
    ),
    "many": (
        "Too many tries. Please wait 15 minutes, then try again.",
        "बहुत बार कोशिश हो चुकी है। कृपया 15 मिनट रुककर फिर कोशिश करें।",
        "ಪ್ರಯತ್ನಗಳು ಹೆಚ್ಚಾದವು. ದಯವಿಟ್ಟು 15 ನಿಮಿಷ ಕಾದು ಮತ್ತೆ ಪ್ರಯತ್ನಿಸಿ.",
    ),
    "code_title": ("Pay with a code", "कोड से भुगतान", "ಕೋಡ್‌ನಿಂದ ಪಾವತಿ"),
    "code_intro": (
        "For the six-digit code that we said on the phone.",
        "फ़ोन पर बताए गए छह अंकों के कोड के लिए।",
        "ಫೋನಿನಲ್ಲಿ ಹೇಳಿದ ಆರು ಅಂಕಿಗಳ ಕೋಡ್‌ಗಾಗಿ.",
    ),
    "code": ("Code", "कोड", "ಕೋಡ್"),
    "digits": (
        "Last four digits of the phone number that rang us",
        "जिस नंबर से हमें कॉल आई थी, उसके आख़िरी चार अंक",
        "ನಮಗೆ ಕರೆ ಬಂದ ಫೋನ್ ಸಂಖ್ಯೆಯ ಕೊನೆಯ ನಾಲ್ಕು ಅಂಕಿ",
    ),
    "go_on": ("Go on", "आगे बढ़ें", "ಮುಂದೆ"),
    "ring": ("Our number: {line}", "हमारा नंबर: {line}", "ನಮ್ಮ ಸಂಖ್ಯೆ: {line}"),
    "pay_by_code": ("Pay with a code", "कोड से भुगतान करें", "ಕೋಡ್‌ನಿಂದ ಪಾವತಿಸಿ"),
}


def words(language: Language, *tables: Mapping[str, tuple[str, str, str]]) -> Say:
    """Says a row in one language: safe for a page, values escaped. KeyError for a row or a place that is not there."""
    column = list(Language).index(language)
    rows = {key: row[column] for table in (WORDS, *tables) for key, row in table.items()}

    def say(row: str, /, **places: object) -> Markup:
        return escape(rows[row]).format(**places)

    return say


def speciality(name: str, say: Say) -> str:
    """In words; one that has none here is its name in prices.yaml, as plain text."""
    return str(say(name)) if name in WORDS else name.replace("_", " ")
