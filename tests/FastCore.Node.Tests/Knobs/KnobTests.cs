using System.Runtime.CompilerServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node.Knobs;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Ledger;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Knobs;

/// <summary>Knobs of a running node: turned by journaled changes, shown as they are, forgotten at its end.</summary>
public sealed class KnobTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-knobs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_live_knob_is_turned_in_every_partition_and_forgotten_at_the_end()
    {
        await using (FastCoreNode node = OpenDirectory())
        {
            await using IFastCoreSession session = node.OpenSession();
            KnobResult[] results = await Set(
                session, ("idle", "Park"), ("batch_elements_max", "0x2000"), ("commit_pause_us", "300"));
            Assert.All(results, result => Assert.Equal(KnobStatus.Ok, result.Code));
            Assert.All(results, result => Assert.NotEqual(0UL, result.Timestamp));
            Assert.Equal(3, node.Knobs.Changes);
            for (int partition = 0; partition < 3; partition++)
            {
                PartitionKnobs knobs = node.PartitionAt(partition).Knobs;
                Assert.Equal((IdleStrategyKind.Park, 8192), (knobs.Idle, knobs.BatchElementsMax));
                Assert.Equal(300, node.PartitionAt(partition).Journal.CommitPauseUs);
            }

            KnobRecord[] idle = [.. (await Get(session)).Where(row => FieldText.Of(row.Name) == "idle")];
            Assert.Equal([0, 1, 2], idle.Select(row => (int)row.Partition));
            Assert.All(idle, row => Assert.Equal((KnobSource.Set, KnobFlags.Live), (row.Source, row.Flags)));
            Assert.All(idle, row => Assert.Equal("park", FieldText.Of(row.Effective)));
        }

        await using FastCoreNode again = OpenDirectory();
        Assert.Equal(IdleStrategyKind.Backoff, again.PartitionAt(2).Knobs.Idle);
        Assert.Equal(0, again.Knobs.Changes);
    }

    [Fact]
    public async Task A_partition_that_turns_later_tells_what_holds_until_then()
    {
        await using FastCoreNode node = OpenDirectory();
        Effect effect = new() { Kind = KnobControl.EffectKind };
        Unsafe.As<EffectPayload, KnobChange>(ref effect.Payload) = Change("idle", "park");
        Assert.True(node.Knobs.TryAccept(1, effect));
        KnobRow[] idle = [.. node.Knobs.Rows.Where(row => row.Knob.Name == "idle")];
        Assert.Equal(["backoff", "park", "backoff"], idle.Select(row => row.Wanted));
        Assert.Equal(["backoff", "park", "backoff"], idle.Select(row => row.Effective));
        Assert.DoesNotContain(idle, row => row.Differs);
    }

    [Fact]
    public async Task Larger_batches_than_the_node_was_opened_with_are_taken()
    {
        await using FastCoreNode node = Open(batchElementsMax: 1);
        await using IFastCoreSession session = node.OpenSession();
        await Set(session, ("batch_elements_max", "65536"));
        Task<CreateAccountResult[]>[] calls =
        [
            .. Enumerable.Range(1, 200).Select(i => Requests.Send<CreateAccountResult>(
                session, Operation.CreateAccounts,
                Requests.Prefixed(1, new Account { Id = (uint)i, Ledger = 1, Code = 1 }))),
        ];
        Assert.All(
            await Task.WhenAll(calls),
            results => Assert.Equal(CreateAccountStatus.Created, results[0].Status));
        await node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData("idel", "park", KnobStatus.UnknownKnob)]
    [InlineData("", "park", KnobStatus.UnknownKnob)]
    [InlineData("ring_bytes", "8388608", KnobStatus.NeedsRestart)]
    [InlineData("gc_server", "on", KnobStatus.NeedsRestart)]
    [InlineData("idle", "sleep", KnobStatus.ValueOutOfRange)]
    [InlineData("batch_elements_max", "0", KnobStatus.ValueOutOfRange)]
    [InlineData("batch_elements_max", "65537", KnobStatus.ValueOutOfRange)]
    [InlineData("commit_pause_us", "10001", KnobStatus.ValueOutOfRange)]
    [InlineData("batch_elements_max", "-1", KnobStatus.ValueOutOfRange)]
    [InlineData("batch_elements_max", "99999999999999999999", KnobStatus.ValueOutOfRange)]
    public async Task A_change_that_cannot_be_made_has_a_code_and_changes_nothing(
        string name, string value, KnobStatus code)
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        KnobResult[] results = await Set(session, (name, value), ("checkpoint_journal_bytes", "0"));
        Assert.Equal([code, KnobStatus.Ok], results.Select(result => result.Code));
        Assert.Equal(0UL, results[0].Timestamp);
        Assert.Equal(1, node.Knobs.Changes);
        Assert.DoesNotContain(node.Knobs.Rows, row => row.Source == KnobSource.Set && row.Knob.Name == name);
    }

    [Fact]
    public async Task Reserved_bytes_are_refused()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        KnobChange change = Change("idle", "park");
        change.Reserved1 = 1;
        KnobResult[] results = new KnobResult[1];
        await session.SetKnobsAsync(new[] { change }, results);
        Assert.Equal(KnobStatus.ReservedField, results[0].Code);
        KnobRecord[] rows = new KnobRecord[10];
        Reply reply = await session.GetKnobsAsync(new KnobFilter { Limit = 10, Reserved = 1 }, rows);
        Assert.Equal((FrameStatus.Ok, 0), (reply.Status, reply.Length));
    }

    [Fact]
    public async Task What_the_runtime_refuses_is_shown_as_not_effective()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        await Set(session, ("gc_heap_hard_limit", "1000"));
        KnobRow row = node.Knobs.Rows.Single(row => row.Knob.Name == "gc_heap_hard_limit");
        Assert.True(row.Differs);
        Assert.Equal("1000", row.Wanted);
        KnobRecord record = (await Get(session)).Single(row => FieldText.Of(row.Name) == "gc_heap_hard_limit");
        Assert.Equal(KnobFlags.Live | KnobFlags.Differs, record.Flags);
        Assert.NotEqual(0, FieldText.Of(record.Effective).Length);
    }

    [Fact]
    public async Task The_table_is_read_in_pages_without_a_gap()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        List<KnobRecord> paged = [];
        while (true)
        {
            KnobRecord[] page = new KnobRecord[3];
            KnobFilter filter = new() { After = paged.Count == 0 ? 0 : paged[^1].Place, Limit = 3 };
            Reply reply = await session.GetKnobsAsync(filter, page);
            paged.AddRange(page.Take(reply.Length / KnobRecord.Size));
            if (reply.Length < 3 * KnobRecord.Size)
            {
                break;
            }
        }

        Assert.Equal(node.Knobs.Rows.Count, paged.Count);
        Assert.Equal(node.Knobs.Rows.Select(row => row.Knob.Name), paged.Select(row => FieldText.Of(row.Name)));
    }

    [Fact]
    public async Task Changes_are_in_the_journal_and_the_directory_stays_sound()
    {
        await using (FastCoreNode node = OpenDirectory())
        {
            await using IFastCoreSession session = node.OpenSession();
            await Set(session, ("idle", "yield"));
        }

        VerificationReport report = JournalVerifier.Verify(_directory);
        Assert.True(report.IsSound);
    }

    [Fact]
    public void Names_fit_their_field_and_are_unique()
    {
        Assert.Equal(KnobControl.Names.Count(), KnobControl.Names.Distinct().Count());
        Assert.All(KnobControl.Names, name => Assert.True(FieldText.TryPut(new byte[KnobLimits.NameBytesMax], name)));
        byte[] field = new byte[4];
        Assert.False(FieldText.TryPut(field, "äöü"));
        Assert.Equal("äö", FieldText.Of(field));
    }

    private static KnobChange Change(string name, string value)
    {
        KnobChange change = default;
        Assert.True(FieldText.TryPut(change.Name, name));
        Assert.True(FieldText.TryPut(change.Value, value));
        return change;
    }

    private static async Task<KnobResult[]> Set(
        IFastCoreSession session, params (string Name, string Value)[] changes)
    {
        KnobChange[] elements = [.. changes.Select(change => Change(change.Name, change.Value))];
        KnobResult[] results = new KnobResult[elements.Length];
        Assert.Equal(FrameStatus.Ok, (await session.SetKnobsAsync(elements, results)).Status);

        // The change is turned after its commit; an answer to a later read shows that it was.
        await Get(session);
        return results;
    }

    private static async Task<KnobRecord[]> Get(IFastCoreSession session)
    {
        KnobRecord[] rows = new KnobRecord[500];
        Reply reply = await session.GetKnobsAsync(new KnobFilter { Limit = (uint)rows.Length }, rows);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return rows[..(reply.Length / KnobRecord.Size)];
    }

    private static FastCoreNode Open(int batchElementsMax = 4096) => FastCoreNode.Open(new NodeOptions
    {
        Durability = Durability.None,
        Partitions = 3,
        BatchElementsMax = batchElementsMax,
        RecordIndexMemoryBytes = 1 << 22,
    });

    private FastCoreNode OpenDirectory() => FastCoreNode.Open(
        new NodeOptions { DataDirectory = _directory, Partitions = 3, RecordIndexMemoryBytes = 1 << 22 });
}
