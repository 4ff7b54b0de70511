namespace FastCore.Protocol.Seats;

/// <summary>
/// Outcome of one element of a write about seats, one code per rule. Bands: 3000 outcomes, 3020 envelope, 3100 same id
/// with other content, 3200 charts and shows, 3300 seats and holds, 3400 bookings, 3500 waiting rooms, 3600 waiting
/// lists. The rules are checked in the order of docs/SEATS.md and the first that is broken answers.
/// </summary>
public enum SeatStatus : uint
{
    /// <summary>Done.</summary>
    Ok = 3000,

    /// <summary>The payment of the booking is under way; send the same request again to learn how it ended.</summary>
    Pending = 3001,

    /// <summary>Another hold of its linked chain was not made, so this one was not either.</summary>
    LinkedHoldFailed = 3002,

    /// <summary>Another booking of its linked chain was not made, so this one was not either.</summary>
    LinkedBookingFailed = 3003,

    /// <summary>The timestamp must be zero.</summary>
    TimestampMustBeZero = 3020,

    /// <summary>A reserved field is not zero.</summary>
    ReservedField = 3021,

    /// <summary>A flag that is not defined, or not for this operation, is set.</summary>
    ReservedFlag = 3022,

    /// <summary>The id is zero.</summary>
    IdMustNotBeZero = 3023,

    /// <summary>The id is 2^128 − 1.</summary>
    IdMustNotBeIntMax = 3024,

    /// <summary>The number of seats is zero or above its maximum, or seats are given behind it.</summary>
    CountOutOfRange = 3025,

    /// <summary>The hold would last longer than its show allows.</summary>
    ExpiresInOutOfRange = 3026,

    /// <summary>The number of places is zero or above its maximum, or the table is not for so many.</summary>
    QuantityOutOfRange = 3027,

    /// <summary>A channel's number is above its maximum, or seats would move to the channel they are in.</summary>
    ChannelOutOfRange = 3028,

    /// <summary>The last hold of the request is linked to nothing.</summary>
    LinkedHoldChainOpen = 3029,

    /// <summary>The linked chain has more holds than it may.</summary>
    LinkedHoldsTooMany = 3030,

    /// <summary>The last booking of the request is linked to nothing.</summary>
    LinkedBookingChainOpen = 3031,

    /// <summary>The linked chain has more bookings than it may.</summary>
    LinkedBookingsTooMany = 3032,

    /// <summary>Same id, another kind of hold.</summary>
    ExistsWithDifferentOperation = 3100,

    /// <summary>Same id, other seats.</summary>
    ExistsWithDifferentSeats = 3101,

    /// <summary>Same id, another number of seats.</summary>
    ExistsWithDifferentCount = 3102,

    /// <summary>Same id, another number of places.</summary>
    ExistsWithDifferentQuantity = 3103,

    /// <summary>Same id, another number of accessible seats.</summary>
    ExistsWithDifferentAccessible = 3104,

    /// <summary>Same id, other categories.</summary>
    ExistsWithDifferentCategories = 3105,

    /// <summary>Same id, another zone.</summary>
    ExistsWithDifferentZone = 3106,

    /// <summary>Same id, another buyer.</summary>
    ExistsWithDifferentBuyer = 3107,

    /// <summary>Same id, another duration.</summary>
    ExistsWithDifferentExpiresIn = 3108,

    /// <summary>Same id, other flags.</summary>
    ExistsWithDifferentFlags = 3109,

    /// <summary>Same id, other user data of 64 bits.</summary>
    ExistsWithDifferentUserData64 = 3110,

    /// <summary>Same id, other user data of 128 bits.</summary>
    ExistsWithDifferentUserData128 = 3111,

    /// <summary>Same booking id, another hold.</summary>
    ExistsWithDifferentHold = 3112,

    /// <summary>Same booking id, another card.</summary>
    ExistsWithDifferentCard = 3113,

    /// <summary>Same booking id, another terminal.</summary>
    ExistsWithDifferentTerminal = 3114,

    /// <summary>Same booking id, another device.</summary>
    ExistsWithDifferentDevice = 3115,

    /// <summary>Same booking id, another connector.</summary>
    ExistsWithDifferentConnector = 3116,

    /// <summary>Same booking id, another method.</summary>
    ExistsWithDifferentMethod = 3117,

    /// <summary>The chart is there, with other blocks.</summary>
    ExistsWithDifferentBlocks = 3118,

    /// <summary>The show is there, with another chart.</summary>
    ExistsWithDifferentChart = 3119,

    /// <summary>The show is there, with another merchant.</summary>
    ExistsWithDifferentMerchant = 3120,

    /// <summary>
    /// The show, its waiting room or its waiting list is there, with other prices, times, limits or names.
    /// </summary>
    ExistsWithDifferentTerms = 3121,

    /// <summary>Same id, another channel.</summary>
    ExistsWithDifferentChannel = 3122,

    /// <summary>Another block of the request was refused, and so the whole chart.</summary>
    ChartNotCreated = 3200,

    /// <summary>A block is none of the kinds that are defined.</summary>
    BlockKindOutOfRange = 3201,

    /// <summary>A name is not UTF-8 with zeros behind it.</summary>
    NameInvalid = 3202,

    /// <summary>A block has no seat or more than its maximum.</summary>
    CapacityOutOfRange = 3203,

    /// <summary>
    /// Accessible seats, aisles or focus go beyond the seats of the block, or its occupancy is none that is possible.
    /// </summary>
    SeatsBeyondCapacity = 3204,

    /// <summary>
    /// A seat's printed number would leave 0 … 65,535, or the step is zero, or numbers are given where there are no
    /// seats.
    /// </summary>
    NumberOutOfRange = 3205,

    /// <summary>A category is above its maximum, or a price is given for one that the chart does not use.</summary>
    CategoryOutOfRange = 3206,

    /// <summary>There is no room for one more chart.</summary>
    ChartsFull = 3207,

    /// <summary>There is no such chart.</summary>
    ChartNotFound = 3208,

    /// <summary>There is no room for one more show.</summary>
    ShowsFull = 3209,

    /// <summary>There is no such show.</summary>
    ShowNotFound = 3210,

    /// <summary>The merchant's number is above its maximum, or a merchant and a currency are not both given.</summary>
    MerchantOutOfRange = 3211,

    /// <summary>A price is above its maximum.</summary>
    PriceTooLarge = 3212,

    /// <summary>The duration of holds is above its maximum.</summary>
    HoldMsOutOfRange = 3213,

    /// <summary>A seat is none of the show's; the answer says which.</summary>
    SeatNotFound = 3300,

    /// <summary>A seat is named twice; the answer says which.</summary>
    SeatRepeated = 3301,

    /// <summary>The block is sold whole or by places; the answer says which seats.</summary>
    NotASeat = 3302,

    /// <summary>The block is neither an area nor a table that is sold whole.</summary>
    NotGeneralAdmission = 3303,

    /// <summary>The show has no such block.</summary>
    BlockNotFound = 3304,

    /// <summary>The show limits seats per buyer and the buyer is not named.</summary>
    BuyerMustNotBeZero = 3305,

    /// <summary>Seats are held, booked, not for sale or in another channel; the answer says which.</summary>
    SeatsUnavailable = 3306,

    /// <summary>So many seats or places are not free.</summary>
    NotEnoughSeats = 3307,

    /// <summary>So many seats are free, but not side by side.</summary>
    NotTogether = 3308,

    /// <summary>A single free seat would be left; the answer says next to which seats.</summary>
    LeavesSingleSeat = 3309,

    /// <summary>The buyer would have more seats than the show allows.</summary>
    BuyerLimitExceeded = 3310,

    /// <summary>There is no room for one more hold.</summary>
    HoldsFull = 3311,

    /// <summary>There is no such hold.</summary>
    HoldNotFound = 3312,

    /// <summary>The hold's time has passed.</summary>
    HoldExpired = 3313,

    /// <summary>The hold was given back.</summary>
    HoldReleased = 3314,

    /// <summary>The hold's seats are booked, or about to be.</summary>
    HoldBooked = 3315,

    /// <summary>The hold does not have a seat; the answer says which.</summary>
    SeatNotInHold = 3316,

    /// <summary>The show has a waiting room and the buyer was not admitted.</summary>
    NotAdmitted = 3317,

    /// <summary>A seat is in another channel than the one named.</summary>
    NotInChannel = 3318,

    /// <summary>There is no room for the channels of one more show.</summary>
    ChannelsFull = 3319,

    /// <summary>An earlier one of the linked chain is of the same show.</summary>
    LinkedShowRepeated = 3320,

    /// <summary>
    /// The show is not where the first one of the linked chain is: there is none, or another partition has it. Seasons
    /// have numbers that are in one partition (<see cref="SeasonNumbers"/>).
    /// </summary>
    LinkedShowNotHere = 3321,

    /// <summary>There is no such booking.</summary>
    BookingNotFound = 3400,

    /// <summary>The payment of the booking was declined; the hold goes on until it expires.</summary>
    BookingFailed = 3401,

    /// <summary>
    /// The seats were gone when the payment landed, or the booking was cancelled: the payment is or will be given back.
    /// </summary>
    BookingRefunded = 3402,

    /// <summary>The booking was cancelled.</summary>
    BookingCancelled = 3403,

    /// <summary>The booking has no seats to give back.</summary>
    BookingNotConfirmed = 3404,

    /// <summary>There is no room for one more booking under way.</summary>
    BookingsFull = 3405,

    /// <summary>The payment of the booking could not be given back by itself.</summary>
    RefundFailed = 3406,

    /// <summary>
    /// What the bookings of a linked chain have in common is another than the first one's: id, payment, flags but for
    /// <see cref="BookingFlags.Linked"/>, or the merchant and the currency of the show.
    /// </summary>
    LinkedBookingDiffers = 3407,

    /// <summary>The show has no waiting room.</summary>
    WaitingRoomNotFound = 3500,

    /// <summary>There is no room for one more waiting room.</summary>
    WaitingRoomsFull = 3501,

    /// <summary>The waiting room is closed.</summary>
    WaitingRoomClosed = 3502,

    /// <summary>The time at which the waiting room opens has passed.</summary>
    OpensAtOutOfRange = 3503,

    /// <summary>The number of sessions is zero or above its maximum.</summary>
    SessionsOutOfRange = 3504,

    /// <summary>The number of places is zero or above its maximum.</summary>
    PlacesOutOfRange = 3505,

    /// <summary>A duration is zero or above its maximum, or a turn's longest is below its shortest.</summary>
    SessionMsOutOfRange = 3506,

    /// <summary>The seed may not be told before the waiting room opens.</summary>
    WaitingRoomNotOpen = 3507,

    /// <summary>It is not the seed that was committed to.</summary>
    SeedDiffers = 3508,

    /// <summary>The line has no place left.</summary>
    WaitingRoomFull = 3509,

    /// <summary>The buyer is not in the waiting room.</summary>
    NotWaiting = 3510,

    /// <summary>The buyer waits and was not called, or not again.</summary>
    NotCalled = 3511,

    /// <summary>Somebody else came with this ticket.</summary>
    TicketUsed = 3512,

    /// <summary>The ticket's time has passed, or it is for another call.</summary>
    TicketExpired = 3513,

    /// <summary>The show has no waiting list.</summary>
    WaitingListNotFound = 3600,

    /// <summary>There is no room for one more waiting list.</summary>
    WaitingListsFull = 3601,

    /// <summary>The waiting list has ended.</summary>
    WaitingListEnded = 3602,

    /// <summary>The time at which the waiting list ends has passed.</summary>
    EndsAtOutOfRange = 3603,

    /// <summary>An offer would last longer than a hold of the show may.</summary>
    OfferMsOutOfRange = 3604,

    /// <summary>The list has no place left, or no room for one more wish that differs from all others.</summary>
    WaitingListFull = 3605,

    /// <summary>The buyer has as many entries on the list as it allows.</summary>
    BuyerWaits = 3606,

    /// <summary>The waiting list has no such entry.</summary>
    WaitingListEntryNotFound = 3607,

    /// <summary>Freed seats are being offered to the waiting list first; try again at once.</summary>
    WaitingListFirst = 3608,
}
