using FastCore.Bench.Load;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Bench.Soak;

/// <summary>Transfers between the accounts of a book of its own.</summary>
internal sealed class LedgerLane(int worker, ulong seed)
    : SoakLane<Transfer, CreateTransferResult>(worker, seed, Operation.CreateTransfers)
{
    private const uint Ledger = 7;
    private const int Accounts = 64;

    /// <inheritdoc/>
    public override string Name => "transfers";

    /// <inheritdoc/>
    protected override ulong Book => 1_000 + IdHigh;

    /// <inheritdoc/>
    public override async Task OpenAsync(IFastCoreSession session)
    {
        Account[] accounts = [.. Enumerable.Range(1, Accounts)
            .Select(id => new Account { Id = (UInt128)id, Ledger = Ledger, Code = 1 })];
        CreateAccountResult[] results = new CreateAccountResult[accounts.Length];
        Reply reply = await session.CreateAccountsAsync(Book, accounts, results);
        if (reply.Status != FrameStatus.Ok
            || results.Any(result => result.Status is not (CreateAccountStatus.Created or CreateAccountStatus.Exists)))
        {
            throw new LoadException($"The accounts of a soak cannot be opened: {reply.Status} {results[0].Status}.");
        }
    }

    /// <inheritdoc/>
    public override async Task<(FrameStatus Status, string? Wrong)> ReadAsync(
        IFastCoreSession session, ulong first, int count)
    {
        Transfer[] found = new Transfer[count];
        UInt128[] ids = [.. Enumerable.Range(0, count).Select(i => Element(first + (ulong)i).Id)];
        Reply reply = await session.LookupTransfersAsync(Book, ids, found);
        if (reply.Status != FrameStatus.Ok)
        {
            return (reply.Status, null);
        }

        for (int i = 0; i < count; i++)
        {
            Transfer expected = Element(first + (ulong)i);
            expected.Timestamp = found[i].Timestamp;
            if (!LoadQueries.AreSame(in expected, in found[i]) || found[i].Timestamp == 0)
            {
                return (reply.Status, $"{Name} {first + (ulong)i} of worker {IdHigh} is not kept as it was sent");
            }
        }

        return (reply.Status, null);
    }

    /// <inheritdoc/>
    public override async Task<string?> CheckBooksAsync(IFastCoreSession session)
    {
        TransferSum sum = await LoadQueries.SumAsync(session, Book);
        BookTotals totals = await LoadQueries.TotalsAsync(session, Book, Ledger);
        return sum.Count != Acknowledged ? $"Book {Book} has {sum.Count} transfers, {Acknowledged} were acknowledged."
            : totals.Balanced != 1 ? $"Book {Book} does not balance."
            : null;
    }

    /// <inheritdoc/>
    protected override Transfer Element(ulong index)
    {
        ulong debit = Mix(index, 1) % Accounts;
        return new Transfer
        {
            Id = new UInt128(IdHigh, index + 1),
            DebitAccountId = 1 + debit,
            CreditAccountId = 1 + ((debit + 1 + (Mix(index, 2) % (Accounts - 1))) % Accounts),
            Amount = 1 + (Mix(index, 3) % 100_000),
            UserData64 = Mix(index, 4),
            Ledger = Ledger,
            Code = 1,
        };
    }

    /// <inheritdoc/>
    protected override Judgement Judge(in Transfer element, in CreateTransferResult result) => result.Status switch
    {
        CreateTransferStatus.Created => Judgement.Created,
        CreateTransferStatus.Exists => Judgement.Repeated,
        _ => Judgement.Wrong,
    };

    /// <inheritdoc/>
    protected override string Describe(in CreateTransferResult result) => result.Status.ToString();
}
