using System.Runtime.InteropServices;
using System.Text;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>A request of the load with its bytes, and its first answer if one came.</summary>
internal sealed class SentRequest
{
    private SentRequest(Operation operation, ulong book, byte[] body, int count, int resultSize)
    {
        Operation = operation;
        Book = book;
        Body = body;
        Count = count;
        Results = new byte[count * resultSize];
    }

    public Operation Operation { get; }

    /// <summary>The book of transfers; 0 for payments, which carry their own.</summary>
    public ulong Book { get; }

    /// <summary>The bytes; sent again they are the same.</summary>
    public byte[] Body { get; }

    public int Count { get; }

    /// <summary>True when an answer came: it is durable, whatever happens to the server.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Bytes of the answer.</summary>
    public byte[] Results { get; }

    public ReadOnlySpan<CreatePayment> Payments => MemoryMarshal.Cast<byte, CreatePayment>(Body);

    public ReadOnlySpan<PaymentResult> PaymentResults => MemoryMarshal.Cast<byte, PaymentResult>(Results);

    public ReadOnlySpan<Transfer> Transfers => MemoryMarshal.Cast<byte, Transfer>(Body.AsSpan(BookPrefix.Size));

    public ReadOnlySpan<CreateTransferResult> TransferResults =>
        MemoryMarshal.Cast<byte, CreateTransferResult>(Results);

    public static SentRequest Of(ReadOnlySpan<CreatePayment> payments) => new(
        Operation.CreatePayments, 0, MemoryMarshal.AsBytes(payments).ToArray(), payments.Length, PaymentResult.Size);

    public static SentRequest Of(ulong book, ReadOnlySpan<Transfer> transfers)
    {
        byte[] body = new byte[BookPrefix.Size + (transfers.Length * Transfer.Size)];
        MemoryMarshal.Write(body, new BookPrefix { Book = book });
        MemoryMarshal.AsBytes(transfers).CopyTo(body.AsSpan(BookPrefix.Size));
        return new SentRequest(Operation.CreateTransfers, book, body, transfers.Length, CreateTransferResult.Size);
    }

    /// <summary>
    /// Sends it, and again as long as a partition is overloaded. True when it was answered; the first answer of each
    /// element is kept.
    /// </summary>
    public async Task<bool> SendAsync(IFastCoreSession session)
    {
        byte[] first = new byte[Results.Length];
        while (true)
        {
            byte[] results = new byte[Results.Length];
            Reply reply = await session.SendAsync(Operation, Body, results);
            bool isWhole = reply.Status == FrameStatus.Ok && reply.Length == results.Length;
            if (isWhole && TakeAnswered(results, first))
            {
                first.CopyTo(Results.AsSpan());
                IsAnswered = true;
                return true;
            }

            if (!isWhole && reply.Status != FrameStatus.Overloaded)
            {
                return false;
            }

            await RetryPause.AfterAsync(reply);
        }
    }

    /// <summary>
    /// Sends it again: each element must answer as the first time, and say that it was there before. An answer is
    /// final, so this holds at any later time, also after a crash. A chain that was there answers with its first event;
    /// the others fail with it, as the ledger's rules say, and are looked up instead.
    /// </summary>
    public async Task CheckAgainAsync(IFastCoreSession session, TortureFindings findings)
    {
        byte[] results = new byte[Results.Length];
        Reply reply = await session.SendAsync(Operation, Body, results);
        bool isAnswered = (reply.Status, reply.Length) == (FrameStatus.Ok, results.Length);
        findings.Check(isAnswered, () => $"sent again it was not answered: {reply.Status}: {this}");
        for (int i = 0; isAnswered && i < Count; i++)
        {
            int element = i;
            if (Book == 0)
            {
                PaymentResult expected = PaymentResults[i];
                expected.Flags |= PaymentResultFlags.Duplicate;
                PaymentResult again = MemoryMarshal.Cast<byte, PaymentResult>(results.AsSpan())[i];
                findings.CheckKept(
                    expected.Equals(again), () => $"payment {element} of {this}: {again.Code} {again.Flags}");
                continue;
            }

            CreateTransferResult now = MemoryMarshal.Cast<byte, CreateTransferResult>(results.AsSpan())[i];
            bool same = IsFollower(i)
                ? now.Status == CreateTransferStatus.LinkedEventFailed
                : (now.Status, now.Timestamp) == (CreateTransferStatus.Exists, TransferResults[i].Timestamp);
            findings.CheckKept(same, () => $"transfer {element} of {this}: {now.Status} {now.Timestamp}");
        }
    }

    /// <summary>
    /// Commit time of a transfer; 0 when its answer was lost and its chain's first event answered for it.
    /// </summary>
    public ulong TimestampOf(int element) =>
        TransferResults[element].Status == CreateTransferStatus.LinkedEventFailed
            ? 0
            : TransferResults[element].Timestamp;

    /// <summary>What a lookup told about such a transfer; from now on it must stay so.</summary>
    public void Learn(int element, ulong timestamp)
    {
        ref CreateTransferResult result =
            ref MemoryMarshal.Cast<byte, CreateTransferResult>(Results.AsSpan())[element];
        result = new CreateTransferResult { Status = CreateTransferStatus.Exists, Timestamp = timestamp };
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new($"{Operation} in {Book}:");
        for (int i = 0; i < Count; i++)
        {
            text.Append(Book != 0
                ? $" {(ulong)Transfers[i].Id} {Transfers[i].Flags} {TransferResults[i].Status}"
                : $" {Payments[i].Merchant}/{(ulong)Payments[i].Id} {PaymentResults[i].Code}");
        }

        return text.ToString();
    }

    /// <summary>
    /// After a request whose answer was lost was sent again: what one partition had of it happened then or now, whole.
    /// </summary>
    public void CheckShares(int partitions, TortureFindings findings)
    {
        int[] before = new int[partitions];
        int[] all = new int[partitions];
        for (int i = 0; i < Count; i++)
        {
            ulong key = Book != 0 ? Book : Payments[i].Merchant;
            bool wasThere = Book != 0
                ? TransferResults[i].Status != CreateTransferStatus.Created
                : (PaymentResults[i].Flags & PaymentResultFlags.Duplicate) != 0;
            int partition = PartitionOf(key, partitions);
            all[partition]++;
            before[partition] += wasThere ? 1 : 0;
        }

        for (int partition = 0; partition < partitions; partition++)
        {
            int kept = before[partition];
            int of = all[partition];
            int number = partition;
            findings.Check(
                kept == 0 || kept == of, () => $"partition {number} kept {kept} of {of} elements of {this}");
        }
    }

    /// <summary>Every element was accepted, then or now.</summary>
    public void CheckAccepted(TortureFindings findings)
    {
        for (int i = 0; i < Count; i++)
        {
            int element = i;
            if (Book != 0)
            {
                CreateTransferStatus status = TransferResults[i].Status;
                bool accepted = status is CreateTransferStatus.Created or CreateTransferStatus.Exists
                    || (status == CreateTransferStatus.LinkedEventFailed && IsFollower(i)
                        && TransferResults[i - 1].Status != CreateTransferStatus.Created);
                findings.Check(accepted, () => $"refused: transfer {element} of {this}");
            }
            else
            {
                findings.Check(
                    PaymentResults[i].Code == PaymentStatus.Ok, () => $"refused: payment {element} of {this}");
            }
        }
    }

    // A partition that refuses its share says so in each element. True when none did.
    private bool TakeAnswered(ReadOnlySpan<byte> results, Span<byte> first)
    {
        if (Book != 0)
        {
            results.CopyTo(first);
            return true;
        }

        ReadOnlySpan<PaymentResult> now = MemoryMarshal.Cast<byte, PaymentResult>(results);
        Span<PaymentResult> kept = MemoryMarshal.Cast<byte, PaymentResult>(first);
        bool all = true;
        for (int i = 0; i < Count; i++)
        {
            if (now[i].Code == (PaymentStatus)FrameStatus.Overloaded)
            {
                all = false;
            }
            else if (kept[i].Code == 0)
            {
                kept[i] = now[i];
            }
        }

        return all;
    }

    private static int PartitionOf(ulong key, int partitions) => Node.PartitionMap.Of(key, partitions);

    // Linked to the event before it.
    private bool IsFollower(int element) =>
        element > 0 && (Transfers[element - 1].Flags & TransferFlags.Linked) != 0;
}
