using System.Runtime.InteropServices;

using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Storage;

using Xunit;

namespace FastCore.Node.Tests;

public abstract class NodeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-node-").FullName;

    protected abstract Durability Durability { get; }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Transfers_are_answered_one_by_one_and_can_be_looked_up()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        CreateAccountResult[] accounts = await Requests.Send<CreateAccountResult>(
            session, Operation.CreateAccounts, Requests.Prefixed(5, Requests.Account(1), Requests.Account(2)));
        Assert.All(accounts, result => Assert.Equal(CreateAccountStatus.Created, result.Status));
        CreateTransferResult[] transfers = await Requests.Send<CreateTransferResult>(
            session, Operation.CreateTransfers,
            Requests.Prefixed(
                5, Requests.Transfer(7, 1, 2, 100), Requests.Transfer(8, 1, 9, 1), Requests.Transfer(7, 1, 2, 100)));
        Assert.Equal(
            [CreateTransferStatus.Created, CreateTransferStatus.CreditAccountNotFound, CreateTransferStatus.Exists],
            transfers.Select(result => result.Status));
        Assert.Equal(transfers[0].Timestamp, transfers[2].Timestamp);
        Account[] found = await Requests.Send<Account>(
            session, Operation.LookupAccounts, Requests.Prefixed<UInt128>(5, 2, 3, 1));
        Assert.Equal([2, 1], found.Select(account => (int)account.Id));
        Assert.Equal((UInt128)100, found[0].CreditsPosted);
        await node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task A_batch_of_payments_over_all_partitions_comes_back_in_request_order()
    {
        await using FastCoreNode node = Open(partitions: 4);
        await using IFastCoreSession session = node.OpenSession();
        PaymentResult[] merchants = await Requests.Send<PaymentResult>(
            session, Operation.CreateMerchants, Requests.Plain<CreateMerchant>(
                [.. Enumerable.Range(1, 50).Select(m => Requests.Merchant((ulong)m))]));
        Assert.All(merchants, result => Assert.Equal(PaymentStatus.Ok, result.Code));
        CreatePayment[] payments = [.. Enumerable.Range(1, 500).Select(
            i => Requests.Payment((UInt128)i, (ulong)(i % 50) + 1, (ulong)i * 100))];
        PaymentResult[] results = await Requests.Send<PaymentResult>(
            session, Operation.CreatePayments, Requests.Plain<CreatePayment>(payments));
        for (int i = 0; i < payments.Length; i++)
        {
            Assert.Equal(PaymentStatus.Ok, results[i].Code);
            Assert.Equal(payments[i].Amount / 50, results[i].Fee);
        }

        PaymentResult[] again = await Requests.Send<PaymentResult>(
            session, Operation.CreatePayments, Requests.Plain<CreatePayment>(payments));
        for (int i = 0; i < payments.Length; i++)
        {
            Assert.True((again[i].Flags & PaymentResultFlags.Duplicate) != 0);
            Assert.Equal(results[i].Timestamp, again[i].Timestamp);
        }

        await node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Many_callers_of_one_session_each_get_their_own_answer()
    {
        await using FastCoreNode node = Open(partitions: 2);
        await using IFastCoreSession session = node.OpenSession();
        _ = await Requests.Send<PaymentResult>(
            session, Operation.CreateMerchants, Requests.Plain<CreateMerchant>(
                [.. Enumerable.Range(1, 8).Select(m => Requests.Merchant((ulong)m))]));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                ulong amount = (ulong)(((caller * 200) + i + 1) * 50);
                PaymentResult[] results = await Requests.Send<PaymentResult>(
                    session, Operation.CreatePayments,
                    Requests.Plain(Requests.Payment((UInt128)((caller * 1_000) + i + 1), (ulong)caller + 1, amount)));
                Assert.Equal(amount / 50, Assert.Single(results).Fee);
            }
        })));
        await node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Requests_in_flight_are_bounded_and_every_admitted_one_is_answered_once()
    {
        await using FastCoreNode node = Open();
        using FrontSession session = node.OpenFrontSession(
            Grant.Full, new FrontSessionOptions { InFlightMax = 64, ReplyRingBytes = 1 << 14 });
        byte[] body = Requests.Prefixed(1, Requests.Account(1));
        Dictionary<ulong, int> answers = [];
        int refused = 0;
        for (ulong i = 0; i < 5_000; i++)
        {
            FrameHeader header = new() { Operation = Operation.CreateAccounts, Correlation = i };
            FrameStatus status = session.TrySubmit(in header, body, out _);
            if (status == FrameStatus.Ok)
            {
                answers.Add(i, 0);
            }
            else
            {
                Assert.Equal(FrameStatus.TooManyInFlight, status);
                refused++;
                CountingSink sink = new(answers);
                _ = session.Drain(ref sink);
            }
        }

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                CountingSink sink = new(answers);
                _ = session.Drain(ref sink);
                return session.InFlight == 0;
            },
            30_000));
        Assert.True(refused > 0);
        Assert.All(answers.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_reply_buffer_that_is_too_small_is_the_callers_error()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await session.SendAsync(Operation.CreateAccounts, Requests.Prefixed(1, Requests.Account(1)), new byte[15]));
    }

    [Fact]
    public async Task After_closing_requests_are_refused_and_say_why()
    {
        FastCoreNode node = Open();
        IFastCoreSession session = node.OpenSession();
        await node.DisposeAsync();
        Reply reply = await session.SendAsync(
            Operation.CreateAccounts, Requests.Prefixed(1, Requests.Account(1)), new byte[16]);
        Assert.Equal(FrameStatus.ShuttingDown, reply.Status);
    }

    [Fact]
    public async Task A_closed_session_gives_its_number_back_and_others_go_on()
    {
        await using FastCoreNode node = Open();
        for (int i = 0; i < 100; i++)
        {
            IFastCoreSession session = node.OpenSession();
            _ = await Requests.Send<CreateAccountResult>(
                session, Operation.CreateAccounts, Requests.Prefixed(1, Requests.Account((UInt128)i + 1)));
            await session.DisposeAsync();
            Assert.InRange(((NodeSession)session).Number, 1, 15);
        }
    }

    protected FastCoreNode Open(int partitions = 1) => FastCoreNode.Open(new NodeOptions
    {
        Durability = Durability,
        DataDirectory = Durability == Durability.None ? null : Path.Combine(_directory, "data"),
        Partitions = partitions,

        // Tests must not depend on the machine's speed, so nothing is shed for its age.
        ShedAgeMs = [600_000, 600_000, 600_000, 600_000],
        RecordIndexMemoryBytes = 16 << 20,
        JournalSegmentBytes = 16 << 20,
    });

    protected string DataDirectory => Path.Combine(_directory, "data");

    private readonly struct CountingSink(Dictionary<ulong, int> answers) : IReplySink
    {
        public void OnReply(
            ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
        {
            Assert.Equal(FrameStatus.Ok, status);
            Assert.Equal(CreateAccountResult.Size, body.Length);
            answers[correlation]++;
        }
    }
}

public sealed class MemoryNodeTests : NodeTests
{
    protected override Durability Durability => Durability.None;
}

public sealed class AsyncNodeTests : NodeTests
{
    protected override Durability Durability => Durability.Async;
}

public sealed class DurableNodeTests : NodeTests
{
    protected override Durability Durability => Durability.Fsync;

    [Fact]
    public async Task P9_After_a_restart_the_same_requests_get_the_same_answers()
    {
        byte[] merchants = Requests.Plain<CreateMerchant>(
            [.. Enumerable.Range(1, 20).Select(m => Requests.Merchant((ulong)m))]);
        byte[] payments = Requests.Plain<CreatePayment>(
            [.. Enumerable.Range(1, 300).Select(
                i => Requests.Payment((UInt128)i, (ulong)(i % 20) + 1, (ulong)i * 100))]);
        PaymentResult[] first;
        ulong[] hashes;
        await using (FastCoreNode node = Open(partitions: 2))
        {
            await using IFastCoreSession session = node.OpenSession();
            _ = await Requests.Send<PaymentResult>(session, Operation.CreateMerchants, merchants);
            first = await Requests.Send<PaymentResult>(session, Operation.CreatePayments, payments);
            hashes = await node.StateHashesAsync();
        }

        for (int restart = 0; restart < 3; restart++)
        {
            await using FastCoreNode node = Open(partitions: 2);
            Assert.Equal(restart == 0 ? hashes.Length : 2, node.Recoveries.Count);
            await using IFastCoreSession session = node.OpenSession();
            PaymentResult[] again = await Requests.Send<PaymentResult>(session, Operation.CreatePayments, payments);
            for (int i = 0; i < first.Length; i++)
            {
                again[i].Flags &= ~PaymentResultFlags.Duplicate;
                Assert.Equal(Requests.Plain(first[i]), Requests.Plain(again[i]));
            }

            await node.CheckInvariantsAsync();
            await node.CheckpointAsync();
        }

        VerificationReport report = JournalVerifier.Verify(DataDirectory);
        Assert.True(report.IsSound, string.Join(" ", report.Partitions.Select(p => p.Failure)));
        Assert.All(report.Partitions, partition => Assert.True(partition.CheckpointMatches));
    }

    [Fact]
    public async Task Checkpoint_then_recover_gives_the_same_state_hash()
    {
        ulong[] live;
        await using (FastCoreNode node = Open(partitions: 2))
        {
            await using IFastCoreSession session = node.OpenSession();
            _ = await Requests.Send<PaymentResult>(
                session, Operation.CreateMerchants, Requests.Plain<CreateMerchant>(
                    [.. Enumerable.Range(1, 20).Select(m => Requests.Merchant((ulong)m))]));
            for (int round = 0; round < 20; round++)
            {
                _ = await Requests.Send<PaymentResult>(
                    session, Operation.CreatePayments,
                    Requests.Plain<CreatePayment>([.. Enumerable.Range(1, 500).Select(
                        i => Requests.Payment((UInt128)((round * 500) + i), (ulong)(i % 20) + 1, (ulong)i * 100))]));
                if (round == 12)
                {
                    await node.CheckpointAsync();
                }
            }

            live = await node.StateHashesAsync();
        }

        await using FastCoreNode recovered = Open(partitions: 2);
        Assert.All(recovered.Recoveries, recovery => Assert.True(recovery.SnapshotSequence > 0));

        // Recovery appends nothing, so the state is the one before the close, but for the seal that closing may add.
        ulong[] after = await recovered.StateHashesAsync();
        Assert.Equal(live.Length, after.Length);
        VerificationReport? report = null;
        await recovered.DisposeAsync();
        List<double> shares = [];
        report = JournalVerifier.Verify(DataDirectory, progress => shares.Add(progress.Share));
        Assert.True(report.IsSound);
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1.0, shares[^1]);
        Assert.True(shares.Count > 2, "progress was told at the ends only");
        Assert.Equal(
            after.Select(hash => hash.ToString("x16")), report.Partitions.Select(partition => partition.StateHash));
    }

    [Fact]
    public async Task A_data_directory_serves_one_process_and_keeps_its_partition_count()
    {
        await using (FastCoreNode node = Open(partitions: 2))
        {
            _ = Assert.Throws<DataDirectoryException>(() => Open(partitions: 2));
        }

        _ = Assert.Throws<DataDirectoryException>(() => Open(partitions: 3));
        await using FastCoreNode again = Open(partitions: 0);
        Assert.Equal(2, again.PartitionCount);
    }
}
