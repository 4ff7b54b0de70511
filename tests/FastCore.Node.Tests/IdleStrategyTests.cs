using FastCore.Engine.Partitions;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests;

/// <summary>How a partition waits for work is nothing that its state may show.</summary>
public sealed class IdleStrategyTests
{
    private const int Rounds = 40;

    [Fact]
    public async Task Every_idle_strategy_comes_to_the_same_state()
    {
        ulong[]? first = null;
        foreach (IdleStrategyKind idle in Enum.GetValues<IdleStrategyKind>())
        {
            ulong[] hashes = await RunAsync(idle);
            Assert.Equal(first ??= hashes, hashes);
        }
    }

    [Fact]
    public async Task Another_command_comes_to_another_state() =>
        Assert.NotEqual(
            await RunAsync(IdleStrategyKind.Backoff), await RunAsync(IdleStrategyKind.Backoff, lastAmount: 2));

    private static async Task<ulong[]> RunAsync(IdleStrategyKind idle, ulong lastAmount = 1)
    {
        ManualClock clock = new();
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Partitions = 2,
            Durability = Durability.None,
            Idle = idle,
            Clock = clock,

            // An entry that only seals the journal is part of the time's state, and comes when nobody happens to ask.
            AdjustPartition = knobs => knobs with { SealAfterNs = 0 },
        });
        await using IFastCoreSession session = node.OpenSession();
        CreateMerchant[] merchants = [.. Enumerable.Range(1, 8).Select(m => Requests.Merchant((ulong)m))];
        _ = await Requests.Send<PaymentResult>(session, Operation.CreateMerchants, Requests.Plain(merchants));
        _ = await Requests.Send<CreateAccountResult>(
            session, Operation.CreateAccounts, Requests.Prefixed(5, Requests.Account(1), Requests.Account(2)));
        SeededRandom random = new(4);
        for (uint round = 0; round < Rounds; round++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(random.Below(2_000)));

            // What is due now happens before the next request, and not in one batch with it when that is quicker.
            _ = await node.StateHashesAsync();
            CreatePayment[] payments = [.. Enumerable.Range(1, random.Between(1, 30)).Select(i => Requests.Payment(
                (round * 20) + (UInt128)i, (ulong)random.Between(1, 9), (ulong)random.Between(0, 5_000)))];
            _ = await Requests.Send<PaymentResult>(session, Operation.CreatePayments, Requests.Plain(payments));
            ulong amount = round == Rounds - 1 ? lastAmount : (ulong)random.Between(0, 50);
            _ = await Requests.Send<CreateTransferResult>(
                session, Operation.CreateTransfers, Requests.Prefixed(5, Requests.Transfer(round + 1, 1, 2, amount)));
        }

        await node.CheckInvariantsAsync();
        return await node.StateHashesAsync();
    }
}
