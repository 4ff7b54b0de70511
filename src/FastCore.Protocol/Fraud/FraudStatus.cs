namespace FastCore.Protocol.Fraud;

/// <summary>
/// Outcome of one element of a fraud write, one code per rule. Bands: 2000 outcomes, 2020 envelope, 2100 same id with
/// other content, 2200 labels and reviews, 2300 lists and policies, 2320 uploads,
/// 2330 reasons. The rules are checked in the order of docs/FRAUD.md
/// and the first that is broken answers.
/// </summary>
public enum FraudStatus : uint
{
    /// <summary>Done.</summary>
    Ok = 2000,

    /// <summary>The timestamp must be zero.</summary>
    TimestampMustBeZero = 2020,

    /// <summary>A reserved field is not zero.</summary>
    ReservedField = 2021,

    /// <summary>A flag that is not defined is set.</summary>
    ReservedFlag = 2022,

    /// <summary>The merchant number is zero or above its maximum.</summary>
    MerchantOutOfRange = 2023,

    /// <summary>The id is zero.</summary>
    IdMustNotBeZero = 2024,

    /// <summary>The id is 2^128 − 1.</summary>
    IdMustNotBeIntMax = 2025,

    /// <summary>The amount is above its maximum.</summary>
    AmountTooLarge = 2026,

    /// <summary>It happened later than <see cref="FraudLimits.AheadNsMax"/> after the commit time.</summary>
    OccurredAtInFuture = 2027,

    /// <summary>There is no such place on the globe, or a place without its flag.</summary>
    PlaceOutOfRange = 2028,

    /// <summary>The node was opened without fraud scoring.</summary>
    NotConfigured = 2029,

    /// <summary>Same id, other merchant's card.</summary>
    ExistsWithDifferentCard = 2100,

    /// <summary>Same id, another amount.</summary>
    ExistsWithDifferentAmount = 2101,

    /// <summary>Same id, another terminal.</summary>
    ExistsWithDifferentTerminal = 2102,

    /// <summary>Same id, another device.</summary>
    ExistsWithDifferentDevice = 2103,

    /// <summary>Same id, another currency.</summary>
    ExistsWithDifferentCurrency = 2104,

    /// <summary>Same id, another time.</summary>
    ExistsWithDifferentOccurredAt = 2105,

    /// <summary>Same id, another place.</summary>
    ExistsWithDifferentPlace = 2106,

    /// <summary>Same id, another BIN.</summary>
    ExistsWithDifferentBin = 2107,

    /// <summary>Same id, other user data of 128 bits.</summary>
    ExistsWithDifferentUserData128 = 2108,

    /// <summary>Same id, other user data of 64 bits.</summary>
    ExistsWithDifferentUserData64 = 2109,

    /// <summary>No transaction of this id is known at the merchant.</summary>
    TransactionNotFound = 2200,

    /// <summary>The label is none that is defined.</summary>
    LabelOutOfRange = 2201,

    /// <summary>The time since which a label is known is out of range.</summary>
    KnownAtOutOfRange = 2202,

    /// <summary>A label with a later known-at was there and stays.</summary>
    LabelSuperseded = 2203,

    /// <summary>There is no room for one more label in the windows; nothing was recorded.</summary>
    LabelsFull = 2204,

    /// <summary>The transaction is so old that its windows no longer know it; the label is kept for reports.</summary>
    LabelTooLate = 2205,

    /// <summary>The verdict is neither approve nor decline.</summary>
    VerdictOutOfRange = 2210,

    /// <summary>The transaction was not sent to review.</summary>
    NotUnderReview = 2211,

    /// <summary>It was resolved before, with another verdict.</summary>
    ResolvedWithDifferentVerdict = 2212,

    /// <summary>The payment expired or was voided before the verdict; nothing was released.</summary>
    PaymentNoLongerHeld = 2213,

    /// <summary>
    /// The payment's authorization, or a step that its merchant asked for, is still under way; it stays under review.
    /// </summary>
    PaymentUnderWay = 2214,

    /// <summary>No list of this name is declared by the policy in force.</summary>
    ListNotFound = 2300,

    /// <summary>The key of a list entry is zero, or no BIN in a list of BINs.</summary>
    ListKeyOutOfRange = 2301,

    /// <summary>The expiry of a list entry is not after the commit time.</summary>
    ListEntryExpired = 2302,

    /// <summary>There is no room for one more list entry.</summary>
    ListsFull = 2303,

    /// <summary>The change is neither add nor remove, or an expiry is given where nothing is added.</summary>
    ListChangeOutOfRange = 2304,

    /// <summary>The entry to remove was not there.</summary>
    ListEntryNotFound = 2305,

    /// <summary>The policy in force has the same or a newer version and another content.</summary>
    PolicyVersionNotNewer = 2310,

    /// <summary>The policy names a list that is there for other keys, or there is no room for one more list.</summary>
    PolicyListsConflict = 2311,

    /// <summary>The store has no policy of this hash, and no such file was uploaded.</summary>
    PolicyNotFound = 2312,

    /// <summary>The policy has mistakes, or is proved to decide otherwise here than where it was made.</summary>
    PolicyRefused = 2313,

    /// <summary>A stored file of the policy is missing or damaged.</summary>
    PolicyDamaged = 2314,

    /// <summary>A name of a file is empty, no UTF-8, or there twice; or the policy itself has one.</summary>
    PolicyFilesOutOfRange = 2315,

    /// <summary>The size of the file or the place of the part is out of range, or other bytes follow than it says.
    /// </summary>
    UploadOutOfRange = 2320,

    /// <summary>The part begins behind what is there of the file; the answer says how much that is.</summary>
    UploadHasGap = 2321,

    /// <summary>The file is whole and has another hash; all of it was dropped.</summary>
    UploadDiffers = 2322,

    /// <summary>There is no room for more uploads; try again later.</summary>
    UploadsFull = 2323,

    /// <summary>No model decided, so there is nothing to explain.</summary>
    NoModelDecided = 2330,

    /// <summary>The model's file does not say what reasons are computed from.</summary>
    ModelWithoutReasons = 2331,

    /// <summary>What decided is not known any more: its policy is not among those that are remembered.</summary>
    PolicyForgotten = 2332,

    /// <summary>The model comes to another margin than the one that is kept.</summary>
    MarginDiffers = 2333,
}
