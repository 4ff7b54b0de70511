using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Bench.Load;

/// <summary>
/// Double-entry transfers between accounts of which a few are hot. One request stays in one book; requests go round the
/// books. What is refused comes from an account that may not go below zero and never had anything.
/// </summary>
internal sealed class LedgerWorkload : ILoadWorkload
{
    /// <summary>Ledger of all accounts.</summary>
    public const uint LedgerNumber = 1;

    /// <summary>First book; the books of the workload are consecutive.</summary>
    public const ulong FirstBook = 1_000_001;

    private const int BooksPerPartition = 16;

    private readonly LoadOptions _options;
    private TransferSum[] _before = [];

    /// <summary>Makes the workload of a run.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="run">Upper half of all ids of the run.</param>
    public LedgerWorkload(LoadOptions options, ulong run)
    {
        _options = options;
        Run = run;
        Books = Math.Max(1, Math.Min(BooksPerPartition * options.Partitions, options.Accounts / 2));
        AccountsPerBook = Math.Max(2, options.Accounts / Books);
        Skew = new ZipfTable(AccountsPerBook);
    }

    /// <summary>Upper half of all ids of the run.</summary>
    public ulong Run { get; }

    /// <summary>Books.</summary>
    public int Books { get; }

    /// <summary>Accounts that may send and receive, per book. The account behind them may not send.</summary>
    public int AccountsPerBook { get; }

    /// <summary>Which accounts are hot.</summary>
    public ZipfTable Skew { get; }

    /// <inheritdoc/>
    public Operation Operation => Operation.CreateTransfers;

    /// <inheritdoc/>
    public int BodySize(int commands) => BookPrefix.Size + (commands * Transfer.Size);

    /// <inheritdoc/>
    public int ResultsSize(int commands) => commands * CreateTransferResult.Size;

    /// <inheritdoc/>
    public ILoadStream OpenStream(int number) => new LedgerStream(this, _options.Seed, number);

    /// <inheritdoc/>
    public async Task PrepareAsync(IFastCoreSession session, CancellationToken cancellation)
    {
        for (int book = 0; book < Books; book++)
        {
            for (int first = 1; first <= AccountsPerBook + 1; first += Limits.ElementsPerRequestMax)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(Limits.ElementsPerRequestMax, AccountsPerBook + 2 - first);
                await OpenAccountsAsync(session, FirstBook + (ulong)book, first, count);
            }
        }

        _before = await SumsAsync(session);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> VerifyAsync(
        IFastCoreSession session, IReadOnlyList<ILoadStream> streams, CancellationToken cancellation)
    {
        List<string> differences = [];
        TransferSum[] after = await SumsAsync(session);
        for (int book = 0; book < Books; book++)
        {
            long count = 0;
            UInt128 amount = 0;
            foreach (LedgerStream stream in streams.Cast<LedgerStream>())
            {
                count += stream.AcceptedIn(book);
                amount += stream.AmountIn(book);
            }

            ulong number = FirstBook + (ulong)book;
            long counted = (long)(after[book].Count - _before[book].Count);
            UInt128 posted = after[book].DebitsPosted - _before[book].DebitsPosted;
            if (counted != count || posted != amount)
            {
                differences.Add(
                    $"Book {number}: {counted} transfers of {posted} kept, {count} of {amount} acknowledged.");
            }

            BookTotals totals = await LoadQueries.TotalsAsync(session, number, LedgerNumber);
            if (totals.Balanced != 1 || totals.DebitsPosted != totals.CreditsPosted ||
                totals.DebitsPosted != after[book].DebitsPosted)
            {
                differences.Add(
                    $"Book {number}: debits {totals.DebitsPosted}, credits {totals.CreditsPosted}, " +
                    $"transfers {after[book].DebitsPosted}.");
            }
        }

        foreach (LedgerStream stream in streams.Cast<LedgerStream>())
        {
            cancellation.ThrowIfCancellationRequested();
            await stream.VerifySampleAsync(session, differences);
        }

        return differences;
    }

    private async Task OpenAccountsAsync(IFastCoreSession session, ulong book, int first, int count)
    {
        byte[] body = new byte[BookPrefix.Size + (count * Account.Size)];
        MemoryMarshal.Write(body, new BookPrefix { Book = book });
        Span<Account> accounts = MemoryMarshal.Cast<byte, Account>(body.AsSpan(BookPrefix.Size));
        for (int i = 0; i < count; i++)
        {
            accounts[i].Id = (UInt128)(first + i);
            accounts[i].Ledger = LedgerNumber;
            accounts[i].Code = 1;
            accounts[i].Flags = first + i > AccountsPerBook
                ? AccountFlags.DebitsMustNotExceedCredits
                : AccountFlags.None;
        }

        byte[] results = await LoadQueries.SendAsync(
            session, Operation.CreateAccounts, body, count * CreateAccountResult.Size);
        foreach (CreateAccountResult result in MemoryMarshal.Cast<byte, CreateAccountResult>(results))
        {
            if (result.Status is not (CreateAccountStatus.Created or CreateAccountStatus.Exists))
            {
                throw new LoadException(
                    $"An account of book {book} cannot be opened: {LedgerNames.Of(result.Status)}.");
            }
        }
    }

    private async Task<TransferSum[]> SumsAsync(IFastCoreSession session)
    {
        TransferSum[] sums = new TransferSum[Books];
        for (int book = 0; book < Books; book++)
        {
            sums[book] = await LoadQueries.SumAsync(session, FirstBook + (ulong)book);
        }

        return sums;
    }
}
