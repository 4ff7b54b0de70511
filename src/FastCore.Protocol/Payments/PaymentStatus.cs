namespace FastCore.Protocol.Payments;

/// <summary>
/// Outcome of one element of a payments write, one code per rule. Bands: 1000 outcomes, 1020 envelope, 1100 same id
/// with other content, 1200 merchants, 1300 orders, 1400 payments, 1500 actions, 1600 connector answers. The rules of
/// an operation are checked in the order of docs/PAYMENTS.md and the first that is broken answers.
/// </summary>
public enum PaymentStatus : uint
{
    /// <summary>Done; the state in the answer says what it became.</summary>
    Ok = 1000,

    /// <summary>
    /// Accepted and durable; the connector's answer is awaited. Look it up, or send the same request again.
    /// </summary>
    Processing = 1001,

    /// <summary>Recorded as failed; the decline code says why. Final for this id.</summary>
    Declined = 1002,

    /// <summary>The same request was accepted before and still waits for its connector.</summary>
    InProgress = 1003,

    /// <summary>
    /// More payments than the merchant's rate; nothing was recorded, the timestamp says when to retry.
    /// </summary>
    RateLimited = 1004,

    /// <summary>
    /// A table of open work is full (merchants, authorizations or connector calls); nothing was recorded.
    /// </summary>
    CapacityExceeded = 1005,

    /// <summary>Accepted and reserved; it is held until a review releases or voids it.</summary>
    UnderReview = 1006,

    /// <summary>The timestamp must be zero.</summary>
    TimestampMustBeZero = 1020,

    /// <summary>A reserved field is not zero.</summary>
    ReservedField = 1021,

    /// <summary>A flag that is not defined is set.</summary>
    ReservedFlag = 1022,

    /// <summary>The merchant number is zero or above its maximum.</summary>
    MerchantOutOfRange = 1023,

    /// <summary>The id is zero.</summary>
    IdMustNotBeZero = 1024,

    /// <summary>The id is 2^128 − 1.</summary>
    IdMustNotBeIntMax = 1025,

    /// <summary>No such merchant.</summary>
    MerchantNotFound = 1026,

    /// <summary>The currency is not the merchant's.</summary>
    CurrencyDiffers = 1027,

    /// <summary>The amount is zero.</summary>
    AmountMustNotBeZero = 1028,

    /// <summary>The amount is above 2^56 − 1, or the merchant's totals would leave their range.</summary>
    AmountTooLarge = 1029,

    /// <summary>Same id, other flags.</summary>
    ExistsWithDifferentFlags = 1100,

    /// <summary>Same id, other amount.</summary>
    ExistsWithDifferentAmount = 1101,

    /// <summary>Same id, other currency.</summary>
    ExistsWithDifferentCurrency = 1102,

    /// <summary>Same id, other order.</summary>
    ExistsWithDifferentOrderId = 1103,

    /// <summary>Same id, other payment.</summary>
    ExistsWithDifferentPaymentId = 1104,

    /// <summary>Same id, other card.</summary>
    ExistsWithDifferentCard = 1105,

    /// <summary>Same id, other connector (or fallbacks).</summary>
    ExistsWithDifferentConnector = 1106,

    /// <summary>Same id, other method.</summary>
    ExistsWithDifferentMethod = 1107,

    /// <summary>Same id, other capture window.</summary>
    ExistsWithDifferentCaptureWindow = 1108,

    /// <summary>Same id, other business time.</summary>
    ExistsWithDifferentEffectiveAt = 1109,

    /// <summary>Same id, other receipt.</summary>
    ExistsWithDifferentReceipt = 1110,

    /// <summary>Same id, other expiry.</summary>
    ExistsWithDifferentExpiry = 1111,

    /// <summary>Same merchant, other fee or tax.</summary>
    ExistsWithDifferentFee = 1112,

    /// <summary>Same merchant, other rate.</summary>
    ExistsWithDifferentRate = 1113,

    /// <summary>Same merchant, other prefund.</summary>
    ExistsWithDifferentPrefund = 1114,

    /// <summary>Same id, other 128-bit user data.</summary>
    ExistsWithDifferentUserData128 = 1115,

    /// <summary>Same id, other 64-bit user data.</summary>
    ExistsWithDifferentUserData64 = 1116,

    /// <summary>Same id, other terminal.</summary>
    ExistsWithDifferentTerminal = 1117,

    /// <summary>Same id, other device.</summary>
    ExistsWithDifferentDevice = 1118,

    /// <summary>A transaction of the same id and other content was scored before, so it cannot be screened.</summary>
    ScoredWithDifferentContent = 1119,

    /// <summary>The currency is zero.</summary>
    CurrencyMustNotBeZero = 1200,

    /// <summary>The proportional fee is above 1,000,000 ppm.</summary>
    FeePpmOutOfRange = 1201,

    /// <summary>The tax is above 1,000,000 ppm.</summary>
    TaxPpmOutOfRange = 1202,

    /// <summary>A fixed, minimum or maximum fee is above 2^56 − 1, or the minimum is above the maximum.</summary>
    FeeLimitsOutOfRange = 1203,

    /// <summary>A rate without a burst, or a burst without a rate.</summary>
    RateAndBurstMustComeTogether = 1204,

    /// <summary>The capture window is above 366 days.</summary>
    CaptureWindowOutOfRange = 1205,

    /// <summary>
    /// A connector number is above 255, or a fallback repeats one, or one follows a gap or <c>instant</c>.
    /// </summary>
    RouteInvalid = 1206,

    /// <summary>The receipt is longer than 40 bytes, or has bytes beyond its length.</summary>
    ReceiptInvalid = 1300,

    /// <summary>Another order of the merchant has this receipt.</summary>
    ReceiptNotUnique = 1301,

    /// <summary>The expiry is above 366 days.</summary>
    ExpiryOutOfRange = 1302,

    /// <summary>A capture window is given without manual capture.</summary>
    CaptureWindowReservedForManualCapture = 1400,

    /// <summary>The connector number is above 255 and not the merchant's route.</summary>
    ConnectorOutOfRange = 1401,

    /// <summary>Fee and tax would exceed the amount.</summary>
    AmountBelowFee = 1402,

    /// <summary>No such order.</summary>
    OrderNotFound = 1403,

    /// <summary>The order's time has passed.</summary>
    OrderExpired = 1404,

    /// <summary>The order is paid.</summary>
    OrderAlreadyPaid = 1405,

    /// <summary>Other payments of the order are open and leave too little due.</summary>
    OrderHasOpenPayment = 1406,

    /// <summary>The amount is not what is due, or with partial payment more than that.</summary>
    OrderAmountDiffers = 1407,

    /// <summary>No such payment.</summary>
    PaymentNotFound = 1500,

    /// <summary>The payment's state, told in the answer, does not allow it.</summary>
    StateNotAllowed = 1501,

    /// <summary>Another capture or void of the payment waits for its connector.</summary>
    PaymentHasOpenAction = 1502,

    /// <summary>The capture is more than what is left of the authorization.</summary>
    ExceedsAuthorized = 1503,

    /// <summary>The refund is more than what is left of the captures.</summary>
    ExceedsCaptured = 1504,

    /// <summary>The order is paid by one payment, which must be captured whole.</summary>
    OrderRequiresFullCapture = 1505,

    /// <summary>A void takes no amount.</summary>
    VoidAmountMustBeZero = 1506,

    /// <summary>A fund takes no payment id.</summary>
    PaymentIdMustBeZero = 1507,

    /// <summary>The payment id is zero.</summary>
    PaymentIdMustNotBeZero = 1508,

    /// <summary>The answer's kind or outcome is not defined.</summary>
    AnswerInvalid = 1600,

    /// <summary>The answer repeats what is known, or comes too late to change it.</summary>
    AnswerIgnored = 1601,

    /// <summary>A late approval of an attempt that had failed: its automatic refund was started.</summary>
    LateApprovalRefunded = 1602,
}
