namespace FastCore.Protocol.Seats;

/// <summary>
/// The operations about seats over any session, embedded or remote. Elements of one request may belong to different
/// shows; each is idempotent by its own content. Elements are copied at once; results must stay the caller's until
/// completion.
/// </summary>
public static class SeatCalls
{
    /// <summary>Loads a chart into every partition, whole or not at all; one result per block, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="chart">Number of the chart.</param>
    /// <param name="blocks">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreateChartAsync(
        this IFastCoreSession session,
        ulong chart,
        ReadOnlyMemory<ChartBlock> blocks,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreateChart, chart, blocks.Span, results, options);

    /// <summary>Opens shows; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to <see cref="SeatLimits.ShowsPerRequestMax"/> elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreateShowAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<CreateShow> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreateShow, 0, elements.Span, results, options);

    /// <summary>Holds seats by number, each element all or nothing; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> HoldSeatsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<HoldSeats> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.HoldSeats, 0, elements.Span, results, options);

    /// <summary>Holds the best seats that are free; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> HoldBestAvailableAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<HoldBestAvailable> elements,
        Memory<BestSeatsResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.HoldBestAvailable, 0, elements.Span, results, options);

    /// <summary>Holds places of areas and whole tables; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> HoldGeneralAdmissionAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<HoldGeneralAdmission> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.HoldGeneralAdmission, 0, elements.Span, results, options);

    /// <summary>Sets new expiries of holds; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ExtendHoldAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<HoldChange> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ExtendHold, 0, elements.Span, results, options);

    /// <summary>Gives holds back, whole or in part; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ReleaseHoldAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<HoldChange> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ReleaseHold, 0, elements.Span, results, options);

    /// <summary>
    /// Books what holds have, paying for it first where it costs something; one result per element, in order.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> BookHeldAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<BookHeld> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.BookHeld, 0, elements.Span, results, options);

    /// <summary>Gives bookings back; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CancelBookingAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<CancelBooking> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CancelBooking, 0, elements.Span, results, options);

    /// <summary>Puts seats on sale or takes them off it; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> SetForSaleAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<SetForSale> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.SetForSale, 0, elements.Span, results, options);

    /// <summary>Moves seats to channels, or out of them; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> MoveToChannelAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<MoveToChannel> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.MoveToChannel, 0, elements.Span, results, options);

    /// <summary>The seats of a show that are in channels, by block and channel, at one version.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetChannelsAsync(
        this IFastCoreSession session,
        ulong show,
        SeatFilter filter,
        Memory<ChannelSeats> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.GetChannels, show, new ReadOnlySpan<SeatFilter>(in filter), results, options);

    /// <summary>What buyers have done in a show that counts it: those found, in the order asked for.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="buyers">1 to 8,189 buyers.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetBuyersAsync(
        this IFastCoreSession session,
        ulong show,
        ReadOnlyMemory<ulong> buyers,
        Memory<BuyerRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetBuyers, show, buyers.Span, results, options);

    /// <summary>Holds of a show by token: those found, in the order of the tokens.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetHoldAsync(
        this IFastCoreSession session,
        ulong show,
        ReadOnlyMemory<UInt128> ids,
        Memory<HoldRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetHold, show, ids.Span, results, options);

    /// <summary>Bookings of a show by id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetBookingAsync(
        this IFastCoreSession session,
        ulong show,
        ReadOnlyMemory<UInt128> ids,
        Memory<BookingRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetBooking, show, ids.Span, results, options);

    /// <summary>A show with what is left of it, or nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="result">Room for one result.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetShowAsync(
        this IFastCoreSession session,
        ulong show,
        Memory<ShowRecord> result,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetShow, show, new ReadOnlySpan<ulong>(in show), result, options);

    /// <summary>Blocks of a chart, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="chart">Number of the chart.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetChartAsync(
        this IFastCoreSession session,
        ulong chart,
        SeatFilter filter,
        Memory<ChartBlock> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.GetChart, chart, new ReadOnlySpan<SeatFilter>(in filter), results, options);

    /// <summary>The seats of a show at one version, by block.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetSeatMapAsync(
        this IFastCoreSession session,
        ulong show,
        SeatFilter filter,
        Memory<SeatMapBlock> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.GetSeatMap, show, new ReadOnlySpan<SeatFilter>(in filter), results, options);

    /// <summary>Changes of a show after a version, the oldest first and without a gap, or the word to reload.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetSeatChangesAsync(
        this IFastCoreSession session,
        ulong show,
        SeatFilter filter,
        Memory<SeatChange> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.GetSeatChanges, show, new ReadOnlySpan<SeatFilter>(in filter), results, options);

    /// <summary>
    /// Changes of a show after a version as <see cref="GetSeatChangesAsync"/> has them; while there is none the node
    /// waits for one, so that a subscriber sees it at once. Empty when the wait was over before.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="request">Which, and how long to wait.</param>
    /// <param name="results">As long as the request's limit.</param>
    /// <param name="options">Deadline, which should lie behind the wait, and priority class.</param>
    public static ValueTask<Reply> AwaitSeatChangesAsync(
        this IFastCoreSession session,
        ulong show,
        AwaitSeatChanges request,
        Memory<SeatChange> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.AwaitSeatChanges, show, new ReadOnlySpan<AwaitSeatChanges>(in request), results,
            options);

    /// <summary>What happened to a seat, the newest first.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> SeatHistoryAsync(
        this IFastCoreSession session,
        ulong show,
        SeatFilter filter,
        Memory<SeatChange> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.SeatHistory, show, new ReadOnlySpan<SeatFilter>(in filter), results, options);

    /// <summary>Shows of every partition, in the order of their numbers.</summary>
    /// <param name="session">The session; it must be allowed every book.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ListShowsAsync(
        this IFastCoreSession session,
        ShowFilter filter,
        Memory<ShowRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ListShows, 0, new ReadOnlySpan<ShowFilter>(in filter), results, options);
}
