using FastCore.Client;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>
/// One connection's load: payments to the merchants that all share, transfers in a book of its own, several requests in
/// flight. Ids and contents come from the seed. It remembers every request that it ever sent.
/// </summary>
internal sealed class LoadDriver
{
    public const ulong Merchants = 8;
    public const uint Currency = 356;
    public const uint Ledger = 7;
    public const int Accounts = 16;
    private const int InFlight = 8;
    private const int ElementsMax = 20;

    private readonly Lock _gate = new();
    private readonly SeededRandom _random;
    private readonly ulong _number;
    private readonly List<Transfer> _openPendings = [];
    private ulong _nextId = 1;
    private int _taken;

    public LoadDriver(int number, ulong seed)
    {
        _number = (ulong)number;
        _random = new SeededRandom(seed + (ulong)number);
    }

    /// <summary>The book of its transfers.</summary>
    public ulong Book => 100 + _number;

    /// <summary>Every request it sent, in order. Read only while it does not run.</summary>
    public List<SentRequest> Requests { get; } = [];

    /// <summary>The requests since the last call. Only while it does not run.</summary>
    public IEnumerable<SentRequest> TakeNew()
    {
        int from = _taken;
        _taken = Requests.Count;
        return Requests.Skip(from);
    }

    /// <summary>Sends until a request is not answered.</summary>
    public Task RunAsync(FastCoreClient client, TortureFindings findings, Action answered)
    {
        Task[] lanes = new Task[InFlight];
        for (int i = 0; i < InFlight; i++)
        {
            lanes[i] = RunLaneAsync(client, findings, answered);
        }

        return Task.WhenAll(lanes);
    }

    private async Task RunLaneAsync(FastCoreClient client, TortureFindings findings, Action answered)
    {
        while (true)
        {
            SentRequest request;
            SentRequest? earlier;
            lock (_gate)
            {
                request = Next();
                Requests.Add(request);
                earlier = _random.OneIn(10) ? Requests[_random.Below(Requests.Count)] : null;
            }

            if (!await request.SendAsync(client))
            {
                return;
            }

            request.CheckAccepted(findings);
            answered();
            lock (_gate)
            {
                NotePendings(request);
            }

            // Now and then an earlier one again, as a client does that did not see its answer.
            if (earlier is { IsAnswered: true } && !await SendAgainAsync(client, earlier))
            {
                return;
            }
        }
    }

    private static async Task<bool> SendAgainAsync(FastCoreClient client, SentRequest earlier)
    {
        byte[] results = new byte[earlier.Results.Length];
        Reply reply = await client.SendAsync(earlier.Operation, earlier.Body, results);
        return reply.Status is FrameStatus.Ok or FrameStatus.Overloaded;
    }

    private SentRequest Next()
    {
        int count = _random.Between(1, ElementsMax);
        return _random.OneIn(2) ? NextPayments(count) : NextTransfers(count);
    }

    private SentRequest NextPayments(int count)
    {
        CreatePayment[] payments = new CreatePayment[count];
        for (int i = 0; i < count; i++)
        {
            payments[i] = new CreatePayment
            {
                Id = NextId(),
                Merchant = 1 + _random.Below(Merchants),
                Amount = (ulong)_random.Between(1_000, 100_000),
                Currency = Currency,
                Card = _random.Below(1_000UL),
                UserData64 = _random.Next(),
            };
        }

        return SentRequest.Of(payments);
    }

    private SentRequest NextTransfers(int count)
    {
        Transfer[] transfers = new Transfer[count];
        for (int i = 0; i < count; i++)
        {
            transfers[i] = _random.OneIn(4) && _openPendings.Count > 0 ? Resolution() : Fresh();
            if (i < count - 1 && _random.OneIn(5))
            {
                transfers[i].Flags |= TransferFlags.Linked;
            }
        }

        return SentRequest.Of(Book, transfers);
    }

    private Transfer Fresh()
    {
        int debit = _random.Below(Accounts);
        return new Transfer
        {
            Id = NextId(),
            DebitAccountId = (UInt128)(ulong)(1 + debit),
            CreditAccountId = (UInt128)(ulong)(1 + ((debit + _random.Between(1, Accounts - 1)) % Accounts)),
            Amount = (UInt128)(ulong)_random.Between(1, 1_000),
            UserData64 = _random.Next() | 1,
            UserData128 = _random.NextId() | 1,
            UserData32 = 1,
            Ledger = Ledger,
            Code = 1,
            Flags = _random.OneIn(4) ? TransferFlags.Pending : TransferFlags.None,
        };
    }

    // Posts or voids a pending transfer that was acknowledged; each is resolved by one request only.
    private Transfer Resolution()
    {
        int at = _random.Below(_openPendings.Count);
        Transfer pending = _openPendings[at];
        _openPendings[at] = _openPendings[^1];
        _openPendings.RemoveAt(_openPendings.Count - 1);
        bool post = _random.OneIn(2);
        Transfer resolution = pending;
        resolution.Id = NextId();
        resolution.PendingId = pending.Id;
        resolution.Amount = post ? (UInt128)(ulong)_random.Between(1, (int)pending.Amount) : pending.Amount;
        resolution.Flags = post ? TransferFlags.PostPendingTransfer : TransferFlags.VoidPendingTransfer;
        return resolution;
    }

    private void NotePendings(SentRequest request)
    {
        if (request.Book == 0)
        {
            return;
        }

        foreach (Transfer transfer in request.Transfers)
        {
            if ((transfer.Flags & TransferFlags.Pending) != 0)
            {
                _openPendings.Add(transfer);
            }
        }
    }

    private UInt128 NextId() => new(_number + 1, _nextId++);
}
