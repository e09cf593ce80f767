"""What a patient reads about films and prescriptions. Rows as in `pay_words`."""

from collections.abc import Mapping

FILMS: Mapping[str, tuple[str, str, str]] = {
    "films_title": ("Photos of your X-rays", "आपके एक्स-रे की फ़ोटो", "ನಿಮ್ಮ ಎಕ್ಸ್-ರೇ ಫೋಟೋಗಳು"),
    "films_intro": (
        "Here your doctor gets photos of X-rays, scans or reports: {most} at most. Hold the film against a bright window to take them.",
        "यहाँ से डॉक्टर को एक्स-रे, स्कैन या रिपोर्ट की फ़ोटो मिलती हैं: ज़्यादा से ज़्यादा {most}। एक्स-रे को रोशनी वाली खिड़की के सामने रखकर फ़ोटो लें।",
        "ಎಕ್ಸ್-ರೇ, ಸ್ಕ್ಯಾನ್ ಅಥವಾ ವರದಿಗಳ ಫೋಟೋಗಳನ್ನು ಇಲ್ಲಿಂದ ವೈದ್ಯರಿಗೆ ಕಳುಹಿಸಿ: ಹೆಚ್ಚೆಂದರೆ {most}. ಎಕ್ಸ್-ರೇಯನ್ನು ಬೆಳಕಿನ ಕಿಟಕಿಯ ಎದುರು ಹಿಡಿದು ಫೋಟೋ ತೆಗೆಯಿರಿ.",
    ),
    "films_choose": ("Choose photos", "फ़ोटो चुनें", "ಫೋಟೋಗಳನ್ನು ಆರಿಸಿ"),
    "films_sizes": (
        "JPEG, PNG or WebP, up to {megabytes} MB each. Where and with which camera a photo was taken is removed.",
        "JPEG, PNG या WebP, हर फ़ोटो {megabytes} MB तक। फ़ोटो कहाँ और किस कैमरे से ली गई, यह जानकारी हटा दी जाती है।",
        "JPEG, PNG ಅಥವಾ WebP, ಪ್ರತಿ ಫೋಟೋ {megabytes} MB ವರೆಗೆ. ಫೋಟೋ ಎಲ್ಲಿ, ಯಾವ ಕ್ಯಾಮೆರಾದಲ್ಲಿ ತೆಗೆದದ್ದು ಎಂಬ ಮಾಹಿತಿಯನ್ನು ತೆಗೆದುಹಾಕಲಾಗುತ್ತದೆ.",
    ),
    "films_button": ("Send to the doctor", "डॉक्टर को भेजें", "ವೈದ್ಯರಿಗೆ ಕಳುಹಿಸಿ"),
    "films_sent": (
        "{sent} of {most} photos have come. Only your doctor sees them.",
        "{most} में से {sent} फ़ोटो आ चुकी हैं। उन्हें केवल आपके डॉक्टर देखते हैं।",
        "{most} ರಲ್ಲಿ {sent} ಫೋಟೋ ಬಂದಿವೆ. ಅವನ್ನು ನಿಮ್ಮ ವೈದ್ಯರು ಮಾತ್ರ ನೋಡುತ್ತಾರೆ.",
    ),
    "films_full": (
        "That is as many as we can take. You can tell your doctor about the others.",
        "इससे ज़्यादा फ़ोटो नहीं ली जा सकतीं। बाक़ी के बारे में डॉक्टर को बता सकते हैं।",
        "ಇದಕ್ಕಿಂತ ಹೆಚ್ಚು ತೆಗೆದುಕೊಳ್ಳಲು ಆಗುವುದಿಲ್ಲ. ಉಳಿದವುಗಳ ಬಗ್ಗೆ ವೈದ್ಯರಿಗೆ ಹೇಳಬಹುದು.",
    ),
    "films_over": (
        "This consultation is over, so photos cannot be sent any more.",
        "यह परामर्श पूरा हो चुका है, इसलिए अब फ़ोटो नहीं भेजी जा सकतीं।",
        "ಈ ಸಮಾಲೋಚನೆ ಮುಗಿದಿದೆ, ಆದ್ದರಿಂದ ಇನ್ನು ಫೋಟೋ ಕಳುಹಿಸಲು ಆಗುವುದಿಲ್ಲ.",
    ),
    "films_not_all": (
        "Not every photo could be taken. The others have come.",
        "सभी फ़ोटो नहीं ली जा सकीं। बाक़ी आ गई हैं।",
        "ಎಲ್ಲ ಫೋಟೋಗಳನ್ನು ತೆಗೆದುಕೊಳ್ಳಲು ಆಗಲಿಲ್ಲ. ಉಳಿದವು ಬಂದಿವೆ.",
    ),
    "films_none": (
        "Please choose a photo first, then send it.",
        "कृपया पहले कोई फ़ोटो चुनें, फिर भेजें।",
        "ದಯವಿಟ್ಟು ಮೊದಲು ಫೋಟೋ ಆರಿಸಿ, ನಂತರ ಕಳುಹಿಸಿ.",
    ),
    "films_heavy": (
        "That was too much at once. Please send fewer photos at a time.",
        "एक साथ बहुत ज़्यादा हो गया। कृपया एक बार में कम फ़ोटो भेजें।",
        "ಒಂದೇ ಬಾರಿಗೆ ಹೆಚ್ಚಾಯಿತು. ದಯವಿಟ್ಟು ಒಮ್ಮೆಗೆ ಕಡಿಮೆ ಫೋಟೋ ಕಳುಹಿಸಿ.",
    ),
    "films_busy": (
        "Many photos are coming in just now, so yours were not taken yet. Nothing is lost: please choose and send them again in a moment.",
        "अभी बहुत सी फ़ोटो आ रही हैं, इसलिए आपकी अभी नहीं ली गईं। कुछ भी खोया नहीं है: कृपया थोड़ी देर में उन्हें फिर से चुनकर भेजें।",
        "ಈಗ ತುಂಬಾ ಫೋಟೋಗಳು ಬರುತ್ತಿವೆ, ಆದ್ದರಿಂದ ನಿಮ್ಮವನ್ನು ಇನ್ನೂ ತೆಗೆದುಕೊಂಡಿಲ್ಲ. ಏನೂ ಕಳೆದುಹೋಗಿಲ್ಲ: ದಯವಿಟ್ಟು ಸ್ವಲ್ಪ ಹೊತ್ತಿನಲ್ಲಿ ಮತ್ತೆ ಆರಿಸಿ ಕಳುಹಿಸಿ.",
    ),
    "which": ("Photo {number}:", "फ़ोटो {number}:", "ಫೋಟೋ {number}:"),
    "empty": ("the file is empty.", "फ़ाइल ख़ाली है।", "ಕಡತ ಖಾಲಿಯಾಗಿದೆ."),
    "too_large": (
        "it is larger than {megabytes} MB.",
        "यह {megabytes} MB से बड़ी है।",
        "ಇದು {megabytes} MB ಗಿಂತ ದೊಡ್ಡದು.",
    ),
    "no_picture": (
        "this is no JPEG, PNG or WebP photo. A screenshot of it will do.",
        "यह JPEG, PNG या WebP फ़ोटो नहीं है। इसका स्क्रीनशॉट चलेगा।",
        "ಇದು JPEG, PNG ಅಥವಾ WebP ಫೋಟೋ ಅಲ್ಲ. ಅದರ ಸ್ಕ್ರೀನ್‌ಶಾಟ್ ಸಾಕು.",
    ),
    "broken": (
        "the photo came damaged. Please try once more.",
        "फ़ोटो ख़राब होकर पहुँची। कृपया एक बार फिर भेजें।",
        "ಫೋಟೋ ಹಾಳಾಗಿ ಬಂದಿದೆ. ದಯವಿಟ್ಟು ಇನ್ನೊಮ್ಮೆ ಕಳುಹಿಸಿ.",
    ),
    "too_many_pixels": (
        "its picture is too large. A screenshot of it will do.",
        "इसकी तस्वीर बहुत बड़ी है। इसका स्क्रीनशॉट चलेगा।",
        "ಇದರ ಚಿತ್ರ ತುಂಬಾ ದೊಡ್ಡದು. ಅದರ ಸ್ಕ್ರೀನ್‌ಶಾಟ್ ಸಾಕು.",
    ),
    "full": (
        "there are as many as we can take.",
        "जितनी ली जा सकती हैं, उतनी आ चुकी हैं।",
        "ತೆಗೆದುಕೊಳ್ಳಬಹುದಾದಷ್ಟು ಈಗಾಗಲೇ ಬಂದಿವೆ.",
    ),
    "paper_title": ("Your doctor’s prescription", "आपके डॉक्टर का पर्चा", "ನಿಮ್ಮ ವೈದ್ಯರ ಔಷಧ ಚೀಟಿ"),
    "paper_doctor": ("Doctor", "डॉक्टर", "ವೈದ್ಯರು"),
    "paper_registration": ("Registration", "पंजीकरण", "ನೋಂದಣಿ"),
    "paper_sent": ("Sent", "भेजा गया", "ಕಳುಹಿಸಿದ್ದು"),
    "paper_open": ("Save page {number}", "पेज {number} सहेजें", "ಪುಟ {number} ಉಳಿಸಿ"),
    "paper_advice": (
        "Show it to the pharmacist as it is. Take nothing else because of this call, and ask your doctor before you change anything.",
        "इसे दवा की दुकान पर ज्यों का त्यों दिखाएँ। इस कॉल के कारण और कोई दवा न लें, और कुछ बदलने से पहले डॉक्टर से पूछें।",
        "ಇದನ್ನು ಔಷಧ ಅಂಗಡಿಯಲ್ಲಿ ಹಾಗೆಯೇ ತೋರಿಸಿ. ಈ ಕರೆಯ ಕಾರಣಕ್ಕೆ ಬೇರೇನನ್ನೂ ತೆಗೆದುಕೊಳ್ಳಬೇಡಿ, ಏನನ್ನಾದರೂ ಬದಲಿಸುವ ಮೊದಲು ವೈದ್ಯರನ್ನು ಕೇಳಿ.",
    ),
}
