"""What receipts say, and the page of a clinic without a privacy notice. Rows as in `pay_words`."""

from collections.abc import Mapping

PAPERS: Mapping[str, tuple[str, str, str]] = {
    "bill_of_supply": ("Bill of supply", "आपूर्ति बिल (Bill of supply)", "ಪೂರೈಕೆ ಬಿಲ್ (Bill of supply)"),
    "tax_invoice": ("Tax invoice", "कर बीजक (Tax invoice)", "ತೆರಿಗೆ ಬಿಲ್ (Tax invoice)"),
    "number": ("Number", "संख्या", "ಸಂಖ್ಯೆ"),
    "date": ("Date", "तारीख़", "ದಿನಾಂಕ"),
    "paid_for": ("For", "किसलिए", "ಯಾವುದಕ್ಕೆ"),
    "by_phone": ("Consultation by phone: {speciality}", "फ़ोन पर सलाह: {speciality}", "ಫೋನ್ ಮೂಲಕ ಸಲಹೆ: {speciality}"),
    "reference_name": ("Reference", "संदर्भ संख्या", "ಉಲ್ಲೇಖ ಸಂಖ್ಯೆ"),
    "line_consultation": (
        "Consultation fee (SAC 9993, exempt from GST)",
        "सलाह की फ़ीस (SAC 9993, GST से मुक्त)",
        "ಸಲಹಾ ಶುಲ್ಕ (SAC 9993, GST ವಿನಾಯಿತಿ)",
    ),
    "line_platform_fee": ("Platform fee", "प्लेटफ़ॉर्म फ़ीस", "ಪ್ಲಾಟ್‌ಫಾರ್ಮ್ ಶುಲ್ಕ"),
    "line_gst": ("GST on the platform fee", "प्लेटफ़ॉर्म फ़ीस पर GST", "ಪ್ಲಾಟ್‌ಫಾರ್ಮ್ ಶುಲ್ಕದ ಮೇಲೆ GST"),
    "total": ("Total paid", "कुल भुगतान", "ಒಟ್ಟು ಪಾವತಿ"),
    "going_back": (
        "All of it is on its way back, the way it was paid. Your bank may take up to 7 working days to show it.",
        "पूरा पैसा उसी तरह लौट रहा है जैसे चुकाया गया था। दिखाने में बैंक को 7 कामकाजी दिन तक लग सकते हैं।",
        "ಪೂರ್ಣ ಹಣ ಪಾವತಿಸಿದ ದಾರಿಯಲ್ಲೇ ವಾಪಸ್ ಬರುತ್ತಿದೆ. ಅದನ್ನು ತೋರಿಸಲು ಬ್ಯಾಂಕಿಗೆ 7 ಕೆಲಸದ ದಿನಗಳವರೆಗೆ ಬೇಕಾಗಬಹುದು.",
    ),
    "gone_back": (
        "All of it was sent back, the way it was paid. Your bank may take up to 7 working days to show it.",
        "पूरा पैसा उसी तरह लौटा दिया गया जैसे चुकाया गया था। दिखाने में बैंक को 7 कामकाजी दिन तक लग सकते हैं।",
        "ಪೂರ್ಣ ಹಣ ಪಾವತಿಸಿದ ದಾರಿಯಲ್ಲೇ ವಾಪಸ್ ಕಳುಹಿಸಲಾಗಿದೆ. ಅದನ್ನು ತೋರಿಸಲು ಬ್ಯಾಂಕಿಗೆ 7 ಕೆಲಸದ ದಿನಗಳವರೆಗೆ ಬೇಕಾಗಬಹುದು.",
    ),
    "no_notice_title": ("There is no such page", "ऐसा कोई पेज नहीं है", "ಅಂತಹ ಪುಟ ಇಲ್ಲ"),
    "no_notice": (
        "Please check the address, or ring us.",
        "कृपया पता जाँच लें, या हमें फ़ोन कीजिए।",
        "ದಯವಿಟ್ಟು ವಿಳಾಸವನ್ನು ಪರಿಶೀಲಿಸಿ, ಅಥವಾ ನಮಗೆ ಕರೆ ಮಾಡಿ.",
    ),
}
