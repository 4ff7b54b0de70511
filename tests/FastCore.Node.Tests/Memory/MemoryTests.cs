using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Memory;
using Xunit;

namespace FastCore.Node.Tests.Memory;

/// <summary>What a running node tells of its memory.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int Partitions = 3;
    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-memory-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_table_of_every_partition_is_there_and_the_process_once()
    {
        await using FastCoreNode node = OpenDirectory();
        await using IFastCoreSession session = node.OpenSession();
        MemoryRecord[] rows = await Get(session);
        string[] ofProcess = [.. rows.Where(row => row.Partition == ushort.MaxValue).Select(NameOf)];
        Assert.Equal(
            [
                "process", "gc.committed", "gc.allocated", "gc.gen0", "gc.gen1", "gc.gen2", "gc.loh", "gc.poh",
                "gc.pauses", "reply_buffers", "sessions",
            ],
            ofProcess);
        for (int partition = 0; partition < Partitions; partition++)
        {
            string[] names = [.. rows.Where(row => row.Partition == partition).Select(NameOf)];
            Assert.Equal(names.Length, names.Distinct().Count());
            Assert.Subset(
                names.ToHashSet(),
                new HashSet<string>
                {
                    "requests", "replies", "batch", "journal.memory", "journal.disk", "records.index",
                    "records.absent", "records.memory", "records.disk", "ledger-accounts", "ledger-accounts.index",
                    "ledger-books", "ledger-totals", "ledger-open-pendings", "ledger-transfers",
                    "ledger-transfers.disk", "payments", "payments.disk", "orders", "payment-actions", "seat-holds",
                    "seat-bookings", "seat-changes",
                });
        }

        Assert.True(rows.Single(row => NameOf(row) == "process").Bytes > 10 << 20);
        Assert.True(rows.Single(row => NameOf(row) == "gc.allocated").Count > 0);
        Assert.True(rows.Single(row => NameOf(row) == "sessions").Count >= 1);
        Assert.All(rows, row => Assert.True(NameOf(row).Length < MemoryLimits.NameBytesMax, NameOf(row)));
    }

    [Fact]
    public async Task Tables_take_their_pages_from_the_reserve_as_long_as_it_has_some()
    {
        const long reserve = 4 << 20;
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            DataDirectory = _directory,
            Partitions = 1,
            TableReserveBytes = reserve,
        });
        await using IFastCoreSession session = node.OpenSession();
        long before = await FreeOfReserve(session);
        Assert.InRange(before, 1, reserve);
        Account[] accounts =
            [.. Enumerable.Range(1, 500).Select(id => new Account { Id = (UInt128)id, Ledger = 1, Code = 1 })];
        await Requests.Send<CreateAccountResult>(
            session, Operation.CreateAccounts, Requests.Prefixed(1, accounts));
        Assert.True(await FreeOfReserve(session) < before);

        async Task<long> FreeOfReserve(IFastCoreSession of) =>
            (long)(await Get(of)).Single(row => NameOf(row) == "table-reserve").FreeBytes;
    }

    [Fact]
    public async Task Rows_and_lookups_are_those_of_the_commands()
    {
        await using FastCoreNode node = OpenDirectory();
        await using IFastCoreSession session = node.OpenSession();
        MemoryRecord[] before = await Get(session);
        Account[] accounts =
            [.. Enumerable.Range(1, 500).Select(id => new Account { Id = (UInt128)id, Ledger = 1, Code = 1 })];
        CreateAccountResult[] created = new CreateAccountResult[accounts.Length];
        await session.CreateAccountsAsync(7, accounts, created);
        Account[] found = new Account[10];
        await session.LookupAccountsAsync(
            7, Enumerable.Range(1, 10).Select(id => (UInt128)id).ToArray(), found);
        MemoryRecord[] between = await Get(session);
        await session.LookupAccountsAsync(
            7, Enumerable.Range(491, 20).Select(id => (UInt128)id).ToArray(), new Account[20]);
        MemoryRecord[] after = await Get(session);

        Assert.Equal(500UL, Sum(after, "ledger-accounts").Count - Sum(before, "ledger-accounts").Count);
        Assert.Equal(10UL, Sum(after, "ledger-accounts").Hits - Sum(between, "ledger-accounts").Hits);
        Assert.Equal(10UL, Sum(after, "ledger-accounts").Misses - Sum(between, "ledger-accounts").Misses);
        Assert.True(Sum(after, "ledger-accounts").Bytes >= Sum(before, "ledger-accounts").Bytes + (500 * 128));
        Assert.Equal(500UL, Sum(after, "ledger-accounts.index").Count);
    }

    [Fact]
    public async Task A_node_without_a_disk_tells_its_memory_too()
    {
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 1,
        });
        await using IFastCoreSession session = node.OpenSession();
        MemoryRecord[] rows = await Get(session);
        Assert.DoesNotContain(rows, row => row.Kind == MemoryKind.Disk);
        Assert.Contains(rows, row => NameOf(row) == "records.memory");
        Assert.Contains(rows, row => NameOf(row) == "ledger-transfers");
    }

    [Fact]
    public async Task The_table_is_read_in_pages_without_a_gap()
    {
        await using FastCoreNode node = OpenDirectory();
        await using IFastCoreSession session = node.OpenSession();
        string[] whole = [.. (await Get(session)).Select(row => $"{NameOf(row)} {row.Partition} {row.Place}")];
        List<MemoryRecord> paged = [];
        while (true)
        {
            MemoryRecord[] page = new MemoryRecord[7];
            MemoryFilter filter = new() { After = paged.Count == 0 ? 0 : paged[^1].Place, Limit = 7 };
            Reply reply = await session.GetMemoryAsync(filter, page);
            paged.AddRange(page.Take(reply.Length / MemoryRecord.Size));
            if (reply.Length < 7 * MemoryRecord.Size)
            {
                break;
            }
        }

        Assert.Equal(whole, paged.Select(row => $"{NameOf(row)} {row.Partition} {row.Place}"));
    }

    [Fact]
    public async Task A_filter_with_reserved_bits_finds_nothing()
    {
        await using FastCoreNode node = OpenDirectory();
        await using IFastCoreSession session = node.OpenSession();
        Reply reply = await session.GetMemoryAsync(new MemoryFilter { Limit = 10, Reserved = 1 }, new MemoryRecord[10]);
        Assert.Equal((FrameStatus.Ok, 0), (reply.Status, reply.Length));
    }

    [Fact]
    public void Kinds_are_the_same_on_the_wire_and_in_the_engine() => Assert.Equal(
        Enum.GetValues<MemoryUseKind>().Select(kind => $"{kind} {(byte)kind}"),
        Enum.GetValues<MemoryKind>().Select(kind => $"{kind} {(byte)kind}"));

    private static string NameOf(MemoryRecord row) => FieldText.Of(row.Name);

    private static MemoryRecord Sum(MemoryRecord[] rows, string name) =>
        rows.Where(row => NameOf(row) == name).Aggregate((one, other) =>
        {
            one.Bytes += other.Bytes;
            one.Count += other.Count;
            one.Hits += other.Hits;
            one.Misses += other.Misses;
            return one;
        });

    private static async Task<MemoryRecord[]> Get(IFastCoreSession session)
    {
        MemoryRecord[] rows = new MemoryRecord[1000];
        Reply reply = await session.GetMemoryAsync(new MemoryFilter { Limit = (uint)rows.Length }, rows);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return rows[..(reply.Length / MemoryRecord.Size)];
    }

    private FastCoreNode OpenDirectory() => FastCoreNode.Open(new NodeOptions
    {
        DataDirectory = _directory,
        Partitions = Partitions,
        RecordIndexMemoryBytes = 1 << 22,
    });
}
