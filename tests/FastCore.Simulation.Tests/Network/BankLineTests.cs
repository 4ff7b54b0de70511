using FastCore.Node.Connectors;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Network;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

/// <summary>Payments over banks that err, the whole node and its flow on one thread.</summary>
public sealed class BankLineTests
{
    private const ulong Merchant = 5;
    private const int Payments = 150;

    [Fact]
    public void Every_payment_over_an_erring_bank_ends_and_is_charged_as_its_state_says()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            OneThread.Run(() =>
            {
                SimulatedBank bank = null!;
                using NetworkWorld world = Open(seed, new BankLineOptions { BrokenPpm = 50_000 }, made => bank = made);
                PaymentRecord[] records = Pay(world);
                foreach (PaymentRecord record in records)
                {
                    // What was given up, and approved by the bank all the same, is given back: nothing stays charged.
                    long expected = record.State == PaymentState.Captured ? (long)record.Amount : 0;
                    Assert.True(
                        expected == bank.ChargedNet(Merchant, record.Id),
                        $"Seed {seed}: payment {record.Id} is {record.State} and charged "
                        + $"{bank.ChargedNet(Merchant, record.Id)}.");
                }

                Assert.Contains(records, record => record.State == PaymentState.Captured);
                Assert.Contains(records, record => record.State == PaymentState.Failed);
            });
        }
    }

    [Fact]
    public void A_bank_that_contradicts_itself_breaks_no_invariant_and_the_run_repeats()
    {
        BankLineOptions lies = new() { BrokenPpm = 50_000, ContradictedPpm = 200_000, UnaskedPpm = 100_000 };
        (ulong Trace, ulong[] Hashes) first = Run(4, lies);
        (ulong Trace, ulong[] Hashes) second = Run(4, lies);
        Assert.Equal(first.Trace, second.Trace);
        Assert.Equal(first.Hashes, second.Hashes);
        Assert.NotEqual(first.Hashes, Run(5, lies).Hashes);
    }

    [Fact]
    public void A_node_that_closes_gives_calls_under_way_their_time_which_is_the_simulated_one() => OneThread.Run(() =>
    {
        NetworkWorld world = new(1, new NetworkOptions(), banks: time =>
        {
            SimulatedBank silent = new(1, new SimulatedBankOptions { ReplyLostPpm = 1_000_000 }, time);
            return [new BankLine(silent, new BankLineOptions(), new SeededRandom(1), time)];
        });
        world.Ask<PaymentResult>(Bodies.Merchant(Merchant, connector: 1));
        world.Ask<PaymentResult>(Bodies.Payment(1, Merchant, 100));
        world.Pass(100);
        long before = world.Stepper.Clock.MonotonicNs;
        world.Dispose();
        Assert.InRange((world.Stepper.Clock.MonotonicNs - before) / 1_000_000, 5_000, 5_100);
    });

    [Fact]
    public void Nothing_of_a_killed_process_goes_on_and_the_next_one_is_told_what_it_missed() => OneThread.Run(() =>
    {
        ManualTimeProvider world = new();
        SimulatedBankOptions late = new() { LatencyMinMs = 100, LatencyMaxMs = 100, ReplyLatePpm = 500_000 };
        SimulatedBank bank = new(1, late, world);
        Incarnation first = new(bank, world);
        for (ulong call = 1; call <= 40; call++)
        {
            first.Offer(call);
        }

        world.Advance(50);
        first.Kill();
        world.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(first.Answered);

        // What the bank still had to tell by itself it tells the next process, and it tells nothing else.
        Incarnation second = new(bank, world);
        world.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(second.Answered.Count, 5, 35);
        Assert.Equal(second.Answered.Count, second.Answered.Distinct().Count());
        second.Offer(41);
        world.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains(41UL, second.Answered);
        Assert.Empty(first.Answered);
    });

    private static (ulong Trace, ulong[] Hashes) Run(ulong seed, BankLineOptions lies) => OneThread.Run(() =>
    {
        using NetworkWorld world = Open(seed, lies, _ => { });
        Pay(world);
        world.Done(world.Node.Node.CheckInvariantsAsync().AsTask());
        Task<ulong[]> hashes = world.Node.Node.StateHashesAsync().AsTask();
        world.Done(hashes);
        return (world.Stepper.Trace, hashes.GetAwaiter().GetResult());
    });

    private static PaymentRecord[] Pay(NetworkWorld world)
    {
        world.Ask<PaymentResult>(Bodies.Merchant(Merchant, connector: 1));
        for (int id = 1; id <= Payments; id++)
        {
            world.Ask<PaymentResult>(Bodies.Payment((UInt128)id, Merchant, (ulong)id * 100));
            world.Pass(world.Random.Below(2_000));
        }

        // Hours, in which every question is asked, every late answer comes, and what must be given back is.
        world.Pass(6 * 3_600_000);
        PaymentRecord[] records = world.Ask<PaymentRecord>(Bodies.Lookup(
            Operation.LookupPayments, Merchant, [.. Enumerable.Range(1, Payments).Select(id => (UInt128)id)]));
        Assert.Equal(Payments, records.Length);
        Assert.All(records, record => Assert.False(
            record.State is PaymentState.Created or PaymentState.Processing,
            $"Seed {world.Seed}: payment {record.Id} is still {record.State}."));
        return records;
    }

    private static NetworkWorld Open(ulong seed, BankLineOptions lies, Action<SimulatedBank> made) => new(
        seed,
        new NetworkOptions(),
        banks: time =>
        {
            SimulatedBankOptions options = new()
            {
                Seed = seed,
                LatencyMinMs = 0,
                LatencyMaxMs = 500,
                DeclinedPpm = 100_000,
                FailedPpm = 50_000,
                RequestLostPpm = 50_000,
                ReplyLostPpm = 50_000,
                ReplyLatePpm = 50_000,
                LateMs = 45_000,
                DuplicatePpm = 100_000,
                SyncUnknownPpm = 100_000,
            };
            SimulatedBank bank = new(1, options, time);
            made(bank);
            return [new BankLine(bank, lies, new SeededRandom(seed), time)];
        });
}
