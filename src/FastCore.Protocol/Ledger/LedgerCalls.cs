namespace FastCore.Protocol.Ledger;

/// <summary>
/// The ledger's operations over any session, embedded or remote. Each call takes elements and a place for results and
/// completes with the outcome as a whole; <see cref="Reply.CountOf{TResult}"/> tells how many results were written.
/// Memory must stay the caller's until completion only for results; elements are copied at once.
/// </summary>
public static class LedgerCalls
{
    /// <summary>Opens accounts; one result per account.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book of all accounts.</param>
    /// <param name="accounts">1 to 8,189 accounts.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreateAccountsAsync(
        this IFastCoreSession session,
        ulong book,
        ReadOnlyMemory<Account> accounts,
        Memory<CreateAccountResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreateAccounts, book, accounts.Span, results, options);

    /// <summary>Posts, reserves and resolves transfers; one result per transfer, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book of all transfers.</param>
    /// <param name="transfers">1 to 8,189 transfers.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CreateTransfersAsync(
        this IFastCoreSession session,
        ulong book,
        ReadOnlyMemory<Transfer> transfers,
        Memory<CreateTransferResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CreateTransfers, book, transfers.Span, results, options);

    /// <summary>Accounts by id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupAccountsAsync(
        this IFastCoreSession session,
        ulong book,
        ReadOnlyMemory<UInt128> ids,
        Memory<Account> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LookupAccounts, book, ids.Span, results, options);

    /// <summary>Transfers by id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupTransfersAsync(
        this IFastCoreSession session,
        ulong book,
        ReadOnlyMemory<UInt128> ids,
        Memory<Transfer> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LookupTransfers, book, ids.Span, results, options);

    /// <summary>Statement of one account. The filter's limit is lowered to the room for results.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="filter">Account and conditions.</param>
    /// <param name="results">Room for results.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetAccountTransfersAsync(
        this IFastCoreSession session,
        ulong book,
        AccountFilter filter,
        Memory<Transfer> results,
        SendOptions options = default) =>
        SendFilter(session, Operation.GetAccountTransfers, book, filter, results, options);

    /// <summary>
    /// Balances of one account (flag <c>history</c>). The filter's limit is lowered to the room for results.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="filter">Account and conditions.</param>
    /// <param name="results">Room for results.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetAccountBalancesAsync(
        this IFastCoreSession session,
        ulong book,
        AccountFilter filter,
        Memory<AccountBalance> results,
        SendOptions options = default) =>
        SendFilter(session, Operation.GetAccountBalances, book, filter, results, options);

    /// <summary>Accounts of a book by filter. The filter's limit is lowered to the room for results.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="filter">Conditions.</param>
    /// <param name="results">Room for results.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> QueryAccountsAsync(
        this IFastCoreSession session,
        ulong book,
        QueryFilter filter,
        Memory<Account> results,
        SendOptions options = default) =>
        SendFilter(session, Operation.QueryAccounts, book, filter, results, options);

    /// <summary>Transfers of a book by filter. The filter's limit is lowered to the room for results.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="filter">Conditions.</param>
    /// <param name="results">Room for results.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> QueryTransfersAsync(
        this IFastCoreSession session,
        ulong book,
        QueryFilter filter,
        Memory<Transfer> results,
        SendOptions options = default) =>
        SendFilter(session, Operation.QueryTransfers, book, filter, results, options);

    /// <summary>Count and sums over one account's transfers; one result.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="filter">Account and conditions.</param>
    /// <param name="result">Room for one result.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> SumAccountTransfersAsync(
        this IFastCoreSession session,
        ulong book,
        AccountFilter filter,
        Memory<TransferSum> result,
        SendOptions options = default) =>
        TypedCall.Send<AccountFilter, TransferSum>(
            session, Operation.SumAccountTransfers, book, new ReadOnlySpan<AccountFilter>(in filter), result, options);

    /// <summary>Count and sum over a book's transfers; one result.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="filter">Conditions.</param>
    /// <param name="result">Room for one result.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> SumTransfersAsync(
        this IFastCoreSession session,
        ulong book,
        QueryFilter filter,
        Memory<TransferSum> result,
        SendOptions options = default) =>
        TypedCall.Send<QueryFilter, TransferSum>(
            session, Operation.SumTransfers, book, new ReadOnlySpan<QueryFilter>(in filter), result, options);

    /// <summary>Totals per ledger of a book: the conservation check as a query.</summary>
    /// <param name="session">The session.</param>
    /// <param name="book">The book.</param>
    /// <param name="ledgers">1 to 8,189 ledgers.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetBookTotalsAsync(
        this IFastCoreSession session,
        ulong book,
        ReadOnlyMemory<uint> ledgers,
        Memory<BookTotals> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetBookTotals, book, ledgers.Span, results, options);

    private static ValueTask<Reply> SendFilter<TResult>(
        IFastCoreSession session,
        Operation operation,
        ulong book,
        AccountFilter filter,
        Memory<TResult> results,
        SendOptions options)
        where TResult : unmanaged
    {
        filter.Limit = Math.Min(filter.Limit, (uint)results.Length);
        return TypedCall.Send(
            session, operation, book, new ReadOnlySpan<AccountFilter>(in filter), results, options);
    }

    private static ValueTask<Reply> SendFilter<TResult>(
        IFastCoreSession session,
        Operation operation,
        ulong book,
        QueryFilter filter,
        Memory<TResult> results,
        SendOptions options)
        where TResult : unmanaged
    {
        filter.Limit = Math.Min(filter.Limit, (uint)results.Length);
        return TypedCall.Send(session, operation, book, new ReadOnlySpan<QueryFilter>(in filter), results, options);
    }
}
