using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

using Xunit;

namespace FastCore.Node.Tests.Storage;

/// <summary>
/// Old ids on a partition whose memory holds a few blocks: whatever a batch looks at is read before it is executed,
/// never while.
/// </summary>
public sealed class ColdRowsTests
{
    private const ulong Book = 7;
    private const int PerBatch = 1000;
    private const int Batches = 40;
    private const TransferFlags Pending = TransferFlags.Pending;
    private const TransferFlags Post = TransferFlags.PostPendingTransfer;
    private const TransferFlags Void = TransferFlags.VoidPendingTransfer;

    // A few blocks of rows; the index in memory, then on disk as well.
    public static TheoryData<long> IndexMemories => [64 << 20, 1 << 20];

    [Theory]
    [MemberData(nameof(IndexMemories))]
    public void RepetitionsOfOldTransfers_AreComparedWithoutReading(long indexMemoryBytes)
    {
        using ColdPartition partition = OpenWithTransfers(indexMemoryBytes);
        Transfer[] old = [.. Enumerable.Range(1, PerBatch).Select(i => Movement((Batches - 10) * PerBatch - (i * 29)))];
        for (int i = 0; i < old.Length; i += 2)
        {
            old[i].UserData64 = 5;
        }

        CreateTransferResult[] results = Send(partition, old);
        for (int i = 0; i < old.Length; i++)
        {
            CreateTransferStatus expected = i % 2 == 0
                ? CreateTransferStatus.ExistsWithDifferentUserData64
                : CreateTransferStatus.Exists;
            Assert.Equal(expected, results[i].Status);
        }

        AssertReadAhead(partition);
    }

    [Theory]
    [MemberData(nameof(IndexMemories))]
    public void OldPendings_AreResolvedAndRefusedWithoutReading(long indexMemoryBytes)
    {
        using ColdPartition partition = OpenWithTransfers(indexMemoryBytes, i => i % 50 == 1 ? Pending : 0);
        int[] pendings = [.. Enumerable.Range(0, 400).Select(i => 1 + (50 * (399 - i)))];

        // Each pending is wanted twice in the batch: the second wish is answered from its row.
        Transfer[] wishes = [.. pendings.SelectMany(
            p => new[] { Resolution(100_000 + p, p, Post), Resolution(200_000 + p, p, Void) })];
        CreateTransferResult[] results = Send(partition, wishes);
        AssertReadAhead(partition);
        for (int i = 0; i < results.Length; i += 2)
        {
            Assert.Equal(CreateTransferStatus.Created, results[i].Status);
            Assert.Equal(CreateTransferStatus.PendingTransferAlreadyPosted, results[i + 1].Status);
        }

        // Long after, the posts are repeated and others come too late: three rows of two ids.
        Fill(partition, 400_000, 10, _ => 0);
        wishes = [.. pendings.SelectMany(
            p => new[] { Resolution(100_000 + p, p, Post), Resolution(300_000 + p, p, Void) })];
        results = Send(partition, wishes);
        AssertReadAhead(partition);
        for (int i = 0; i < results.Length; i += 2)
        {
            Assert.Equal(CreateTransferStatus.Exists, results[i].Status);
            Assert.Equal(CreateTransferStatus.PendingTransferAlreadyPosted, results[i + 1].Status);
        }

        Assert.Null(partition.CheckInvariants());
    }

    [Fact]
    public void PendingsThatExpireWithTheBatch_AreRefusedWithoutReading()
    {
        using ColdPartition partition = OpenWithTransfers(64 << 20, i => i % 50 == 1 ? Pending : 0, timeoutS: 60);
        partition.NowNs += 61_000_000_000;
        CreateTransferResult[] results = Send(
            partition, [.. Enumerable.Range(0, 200).Select(i => Resolution(100_000 + i, 1 + (50 * (399 - i)), Post))]);
        Assert.All(results, result => Assert.Equal(CreateTransferStatus.PendingTransferExpired, result.Status));
        AssertReadAhead(partition);
    }

    [Fact]
    public void AnAccountImportedBehindTransfers_IsCheckedWithoutReading()
    {
        using ColdPartition partition = Open(64 << 20);
        ulong first = partition.LastNs + 1_000;
        Fill(partition, 0, Batches, _ => 0);
        ulong last = partition.LastNs;
        Account[] imported = [Requests.Account(50, AccountFlags.Imported), Requests.Account(51, AccountFlags.Imported)];
        imported[0].Timestamp = first;
        imported[1].Timestamp = last - (PerBatch / 2);
        CreateAccountResult[] results =
            partition.Run<Account, CreateAccountResult>(Operation.CreateAccounts, Book, imported);
        Assert.All(
            results,
            result => Assert.Equal(CreateAccountStatus.ImportedEventTimestampMustNotRegress, result.Status));
        AssertReadAhead(partition);
    }

    [Fact]
    public void WhileEverythingIsInMemory_NothingIsRead()
    {
        using ColdPartition partition = OpenWithTransfers(64 << 20, historyMemoryBytes: 64 << 20);
        Transfer[] old = [.. Enumerable.Range(1, PerBatch).Select(i => Movement((Batches * PerBatch) - (i * 37)))];
        Assert.All(Send(partition, old), result => Assert.Equal(CreateTransferStatus.Exists, result.Status));
        Assert.Empty(partition.ReadsOfPrefetch);
        Assert.Empty(partition.ReadsOfExecute);
    }

    [Theory]
    [MemberData(nameof(IndexMemories))]
    public void OldPaymentsAndTheirOrders_AreCapturedRepeatedAndExpiredWithoutReading(long indexMemoryBytes)
    {
        using ColdPartition partition = new(64 << 10, indexMemoryBytes);
        CreateMerchant merchant = Requests.Merchant(Book);
        merchant.CaptureWindowS = 3600;
        Do<CreateMerchant>(partition, Operation.CreateMerchants, [merchant]);
        const int count = 8_000;
        for (int from = 1; from <= count; from += 500)
        {
            partition.NowNs += 1_000_000_000;
            int[] ids = [.. Enumerable.Range(from, 500)];
            Do<CreateOrder>(partition, Operation.CreateOrders, [.. ids.Select(Order)]);
            Do<CreatePayment>(partition, Operation.CreatePayments, [.. ids.Select(Payment)]);
        }

        // Captures need the payment and behind it the order; repeated creations the payment, refused or not.
        int[] old = [.. Enumerable.Range(0, 300).Select(i => 3_001 - (i * 10))];
        Do<PaymentAction>(partition, Operation.CapturePayments, [.. old.Select(i => Capture(100_000 + i, i))]);
        AssertReadAhead(partition);
        PaymentResult[] again =
            Do<CreatePayment>(partition, Operation.CreatePayments, [.. old.Select(i => Payment(i + 1))]);
        AssertReadAhead(partition);
        Assert.All(again, result => Assert.True((result.Flags & PaymentResultFlags.Duplicate) != 0));
        again = Do<CreateOrder>(partition, Operation.CreateOrders, [.. old.Select(i => Order(i + 2))]);
        AssertReadAhead(partition);
        Assert.All(again, result => Assert.True((result.Flags & PaymentResultFlags.Duplicate) != 0));

        // The others expire, those of a second at a time: nobody names them, only their timers.
        int read = 0;
        ulong lastNs = partition.NowNs;
        partition.NowNs += 3_585_000_000_000;
        while (partition.NowNs <= lastNs + 3_600_000_000_000)
        {
            partition.Tick();
            Assert.Empty(partition.ReadsOfExecute);
            read += partition.ReadsOfPrefetch.Length;
            partition.NowNs += 1_000_000_000;
        }

        Assert.True(read > 0);
        Assert.Equal(ulong.MaxValue, partition.NextTimerNs);
        Assert.Null(partition.CheckInvariants());
    }

    private static PaymentResult[] Do<T>(ColdPartition partition, Operation operation, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        PaymentResult[] results = partition.Run<T, PaymentResult>(operation, null, elements);
        Assert.All(results, result => Assert.Equal(PaymentStatus.Ok, result.Code));
        return results;
    }

    private static void AssertReadAhead(ColdPartition partition)
    {
        // If nothing was on disk, nothing was shown.
        Assert.NotEmpty(partition.ReadsOfPrefetch);
        Assert.Empty(partition.ReadsOfExecute);
    }

    private static ColdPartition Open(long indexMemoryBytes, long historyMemoryBytes = 64 << 10)
    {
        ColdPartition partition = new(historyMemoryBytes, indexMemoryBytes);
        CreateAccountResult[] accounts = partition.Run<Account, CreateAccountResult>(
            Operation.CreateAccounts, Book, [Requests.Account(1), Requests.Account(2)]);
        Assert.All(accounts, result => Assert.Equal(CreateAccountStatus.Created, result.Status));
        return partition;
    }

    private static ColdPartition OpenWithTransfers(
        long indexMemoryBytes, Func<int, TransferFlags>? flags = null, uint timeoutS = 0,
        long historyMemoryBytes = 64 << 10)
    {
        ColdPartition partition = Open(indexMemoryBytes, historyMemoryBytes);
        Fill(partition, 0, Batches, flags ?? (_ => 0), timeoutS);
        return partition;
    }

    private static void Fill(
        ColdPartition partition, int after, int batches, Func<int, TransferFlags> flags, uint timeoutS = 0)
    {
        for (int batch = 0; batch < batches; batch++)
        {
            int first = after + (batch * PerBatch) + 1;
            CreateTransferResult[] results = Send(
                partition, [.. Enumerable.Range(first, PerBatch).Select(i => Movement(i, flags(i), timeoutS))]);
            Assert.All(results, result => Assert.Equal(CreateTransferStatus.Created, result.Status));
            Assert.Empty(partition.ReadsOfExecute);
        }
    }

    private static CreateTransferResult[] Send(ColdPartition partition, ReadOnlySpan<Transfer> transfers) =>
        partition.Run<Transfer, CreateTransferResult>(Operation.CreateTransfers, Book, transfers);

    private static Transfer Movement(int id, TransferFlags flags = 0, uint timeoutS = 0)
    {
        Transfer transfer = Requests.Transfer((UInt128)id, 1, 2, 10);
        transfer.Flags = flags;
        transfer.Timeout = flags == Pending ? timeoutS : 0;
        return transfer;
    }

    private static Transfer Resolution(int id, int pending, TransferFlags flags) => new()
    {
        Id = (UInt128)id,
        PendingId = (UInt128)pending,
        Amount = flags == Post ? UInt128.MaxValue : 0,
        Flags = flags,
    };

    private static CreateOrder Order(int id) =>
        new() { Id = (UInt128)id, Merchant = Book, Amount = 1_000, Currency = 356 };

    private static CreatePayment Payment(int id)
    {
        CreatePayment payment = Requests.Payment((UInt128)id, Book, 1_000);
        payment.OrderId = (UInt128)id;
        payment.Flags = PaymentFlags.ManualCapture;
        return payment;
    }

    private static PaymentAction Capture(int id, int payment) =>
        new() { Id = (UInt128)id, Merchant = Book, PaymentId = (UInt128)payment };
}
