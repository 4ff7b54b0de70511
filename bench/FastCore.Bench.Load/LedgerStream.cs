using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Bench.Load;

/// <summary>One sender of transfers. No allocation in <see cref="Fill"/> and <see cref="Check"/>.</summary>
internal sealed class LedgerStream : ILoadStream
{
    private const int SampleSize = 512;

    private readonly LedgerWorkload _workload;
    private readonly int _number;
    private readonly IdSequence[] _ids;
    private readonly long[] _accepted;
    private readonly ulong[] _amounts;
    private readonly ulong _idHigh;
    private int _nextBook;

    /// <summary>Makes a sender.</summary>
    public LedgerStream(LedgerWorkload workload, ulong seed, int number)
    {
        _workload = workload;
        _number = number;
        _idHigh = workload.Run;
        _ids = new IdSequence[workload.Books];
        for (int book = 0; book < _ids.Length; book++)
        {
            _ids[book] = new IdSequence(
                (seed * 0x1_0001) ^ ((ulong)number << 32) ^ (ulong)book, LoadOptions.DuplicateWindow / _ids.Length);
        }

        _accepted = new long[workload.Books];
        _amounts = new ulong[workload.Books];
        _nextBook = number % workload.Books;
    }

    /// <inheritdoc/>
    public string? FirstSurprise { get; private set; }

    /// <summary>New transfers acknowledged in a book.</summary>
    public long AcceptedIn(int book) => _accepted[book];

    /// <summary>Sum of their amounts.</summary>
    public ulong AmountIn(int book) => _amounts[book];

    /// <inheritdoc/>
    public void Fill(LoadRequest request)
    {
        int book = _nextBook;
        _nextBook = book + 1 == _workload.Books ? 0 : book + 1;
        MemoryMarshal.Write(request.Body, new BookPrefix { Book = LedgerWorkload.FirstBook + (ulong)book });
        Span<Transfer> transfers = MemoryMarshal.Cast<byte, Transfer>(request.Body.AsSpan(BookPrefix.Size));
        ref IdSequence ids = ref _ids[book];
        for (int i = 0; i < transfers.Length; i++)
        {
            ulong index = ids.Choose(out ulong content, out request.Kinds[i]);
            Write(ref transfers[i], index, content);
        }

        request.IdSpace = book;
        request.NextIndex = ids.Next;
    }

    /// <inheritdoc/>
    public RequestCounts Check(LoadRequest request, ReadOnlySpan<byte> results)
    {
        RequestCounts counts = default;
        ReadOnlySpan<CreateTransferResult> answers = MemoryMarshal.Cast<byte, CreateTransferResult>(results);
        ReadOnlySpan<Transfer> transfers = MemoryMarshal.Cast<byte, Transfer>(request.Body.AsSpan(BookPrefix.Size));
        int book = request.IdSpace;
        ulong amount = 0;
        for (int i = 0; i < transfers.Length; i++)
        {
            CreateTransferStatus status = i < answers.Length ? answers[i].Status : default;
            switch (request.Kinds[i], status)
            {
                case (CommandKind.New, CreateTransferStatus.Created):
                    counts.Accepted++;
                    amount += (ulong)transfers[i].Amount;
                    break;
                case (CommandKind.Duplicate, CreateTransferStatus.Exists):
                    counts.Duplicates++;
                    break;
                case (CommandKind.Refused, CreateTransferStatus.ExceedsCredits):
                    counts.Refused++;
                    break;
                default:
                    counts.Unexpected++;
                    FirstSurprise ??=
                        $"Transfer {transfers[i].Id} ({request.Kinds[i]}) was answered {LedgerNames.Of(status)}.";
                    break;
            }
        }

        _accepted[book] += counts.Accepted;
        _amounts[book] += amount;
        _ids[book].Answered = request.NextIndex;
        return counts;
    }

    /// <summary>
    /// Looks up a sample of everything sent: accepted ones are there as sent, refused and unsent ones are not.
    /// </summary>
    public async Task VerifySampleAsync(IFastCoreSession session, List<string> differences)
    {
        for (int book = 0; book < _ids.Length; book++)
        {
            IdSequence ids = _ids[book];
            int count = (int)Math.Min(SampleSize, ids.Answered);
            Transfer[] expected = new Transfer[count + 1];
            bool[] isKept = new bool[count + 1];
            for (int i = 0; i < count; i++)
            {
                ulong index = ids.Answered * (ulong)i / (ulong)count;
                ulong content = ids.Content(index);
                Write(ref expected[i], index, content);
                isKept[i] = !IdSequence.IsRefused(content);
            }

            Write(ref expected[count], ids.Next + 1_000_000, 0);
            ulong number = LedgerWorkload.FirstBook + (ulong)book;
            await CompareAsync(session, number, expected, isKept, differences);
        }
    }

    private static async Task CompareAsync(
        IFastCoreSession session, ulong book, Transfer[] expected, bool[] isKept, List<string> differences)
    {
        UInt128[] wanted = [.. expected.Select(transfer => transfer.Id)];
        Dictionary<UInt128, Transfer> found = [];
        byte[] results = await LoadQueries.LookupAsync(session, Operation.LookupTransfers, book, wanted, Transfer.Size);
        foreach (Transfer transfer in MemoryMarshal.Cast<byte, Transfer>(results))
        {
            found[transfer.Id] = transfer;
        }

        for (int i = 0; i < expected.Length; i++)
        {
            bool isFound = found.TryGetValue(expected[i].Id, out Transfer kept);
            kept.Timestamp = 0;
            if (isFound != isKept[i] || (isFound && !LoadQueries.AreSame(kept, expected[i])))
            {
                differences.Add(
                    $"Transfer {expected[i].Id} of book {book} is {(isFound ? "kept" : "not kept")} or differs.");
            }
        }
    }

    private void Write(ref Transfer transfer, ulong index, ulong content)
    {
        int debit = _workload.Skew.Draw(content);
        int credit = _workload.Skew.Draw(content >> ZipfTable.Bits);
        if (debit == credit)
        {
            credit = credit + 1 == _workload.AccountsPerBook ? 0 : credit + 1;
        }

        if (IdSequence.IsRefused(content))
        {
            debit = _workload.AccountsPerBook;
        }

        transfer = default;
        transfer.Id = new UInt128(_idHigh, ((ulong)_number << 48) | index);
        transfer.DebitAccountId = (UInt128)(debit + 1);
        transfer.CreditAccountId = (UInt128)(credit + 1);
        transfer.Amount = 1 + ((content >> (2 * ZipfTable.Bits)) & 0x3FFF);
        transfer.UserData64 = index;
        transfer.Ledger = LedgerWorkload.LedgerNumber;
        transfer.Code = 1;
    }
}
