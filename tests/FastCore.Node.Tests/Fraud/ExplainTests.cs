using FastCore.Engine.Ports;
using FastCore.Fraud.Policies;
using FastCore.Node.Verification;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>Past decisions, computed once more from the journal.</summary>
public sealed class ExplainTests
{
    private const int Transactions = 12;
    private const long IndexMemoryBytes = 1 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_decision_is_recomputed_to_the_same_bits_with_its_reasons(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions, Durability.Async);
        await FillAsync(rig);
        await rig.CloseAsync();

        using FraudDirectory directory = FraudDirectory.TryOpen(rig.DataDirectory, IndexMemoryBytes)!;
        for (ulong id = 1; id <= Transactions; id++)
        {
            DecisionExplanation found = DecisionExplainer.Explain(directory, id, 100 + (id % 4))!;
            Assert.Empty(found.Differences);
            Assert.True(found.IsEqual);
            ReplayedDecision replayed = found.Replayed!;
            DecisionRecord record = found.Stored.Record;
            Assert.NotEqual(0UL, replayed.Sequence);
            Assert.Equal(id <= 6 ? 1UL : 2UL, replayed.Policy!.Version);
            if (id <= 6)
            {
                // By the first policy, which has rules alone: whoever pays more than 500.00 is declined.
                Assert.Equal(record.Amount > 50_000, replayed.Rules[0]);
                Assert.Null(replayed.Contributions);
                continue;
            }

            Assert.Equal(record.Margin, replayed.Contributions!.Sum(), 1e-4f);
            Assert.Equal(record.Score, PolicyEvaluator.Probability(record.Margin));
            Assert.True(float.IsFinite(record.Margin));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_stored_decision_that_the_journal_does_not_lead_to_is_reported_field_by_field(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(
            partitions, Durability.Async,
            options => options.WrapMachine = (machine, _) => new TamperedMachine(machine, 9));
        await FillAsync(rig);
        await rig.Node.CheckpointAsync();
        await rig.CloseAsync();

        using FraudDirectory directory = FraudDirectory.TryOpen(rig.DataDirectory, IndexMemoryBytes)!;
        Assert.True(DecisionExplainer.Explain(directory, 8, 100)!.IsEqual);
        DecisionExplanation tampered = DecisionExplainer.Explain(directory, 9, 101)!;
        Assert.False(tampered.IsEqual);
        Assert.Contains(new DecisionDifference("amount", "901", "900"), tampered.Differences);
        Assert.Contains(tampered.Differences, difference => difference.Field == "feature.amount");

        // Another card of a merchant elsewhere is counted in a step of its own, and that step was not touched.
        bool isCountedHere = PartitionMap.Of(40, partitions) == PartitionMap.Of(101, partitions);
        Assert.Equal(
            isCountedHere, tampered.Differences.Any(difference => difference.Field == "feature.card.mean_1d"));
    }

    [Fact]
    public async Task A_decision_that_is_not_there_and_files_of_policies_that_are_wrong_are_told_apart()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(1, Durability.Async);
        await FillAsync(rig);
        await rig.CloseAsync();
        using FraudDirectory directory = FraudDirectory.TryOpen(rig.DataDirectory, IndexMemoryBytes)!;
        Assert.Null(DecisionExplainer.Explain(directory, 1, 7));
        Assert.Null(DecisionExplainer.Explain(directory, 999, 101));
        directory.Dispose();

        // The rule says another amount now: its file has another content than its name says.
        string folder = Path.Combine(rig.DataDirectory, "fraud");
        string rules = Directory.EnumerateFiles(folder).Single(
            path => File.ReadAllText(path).Contains("rule \"large\"", StringComparison.Ordinal));
        File.WriteAllText(rules, File.ReadAllText(rules).Replace("50_000", "50_001", StringComparison.Ordinal));
        using FraudDirectory other = FraudDirectory.TryOpen(rig.DataDirectory, IndexMemoryBytes)!;
        CorruptStorageException wrong = Assert.Throws<CorruptStorageException>(
            () => DecisionExplainer.Explain(other, 1, 101));
        Assert.Contains(Path.GetFileName(rules), wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_scoring_is_none_to_explain()
    {
        string folder = Directory.CreateTempSubdirectory("fastcore-plain-").FullName;
        try
        {
            await using (FastCoreNode.Open(new NodeOptions { DataDirectory = folder, Partitions = 1 }))
            {
                Assert.True(Directory.Exists(folder));
            }

            Assert.Null(FraudDirectory.TryOpen(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Six by rules alone, then six by a model, with a list and a label in between.
    private static async Task FillAsync(FraudRig rig)
    {
        for (ulong id = 1; id <= Transactions; id++)
        {
            ScoreTransaction transaction = FraudRig.Transaction(
                id, merchant: 100 + (id % 4), card: 40 + (id % 3), amount: id == 4 ? 60_000 : id * 100);
            Assert.Equal(FraudStatus.Ok, (await rig.ScoreAsync(transaction))[0].Code);
            rig.Clock.Advance(TimeSpan.FromHours(1));
            if (id == 6)
            {
                (_, FraudResult result) = await rig.Node.Fraud!.ActivateAsync(WritePolicy(rig));
                Assert.Equal(FraudStatus.Ok, result.Code);
                Assert.Equal(FraudStatus.Ok, (await rig.ChangeListAsync("stolen", 41)).Code);
            }
        }
    }

    // The repository's model under a version that follows the rig's.
    private static string WritePolicy(FraudRig rig)
    {
        string source = Path.GetDirectoryName(FraudRig.ModelPolicy)!;
        string folder = Directory.CreateDirectory(Path.Combine(rig.DataDirectory, "..", "model")).FullName;
        foreach (string file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        string policy = Path.Combine(folder, "policy.json");
        File.WriteAllText(policy, File.ReadAllText(policy).Replace(
            "\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        return policy;
    }
}
