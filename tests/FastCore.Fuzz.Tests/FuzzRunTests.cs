using FastCore.Fuzz.Canary;
using FastCore.Fuzz.Core;

namespace FastCore.Fuzz.Tests;

public sealed class FuzzRunTests
{
    public static TheoryData<FuzzFault> Faults => [.. Enum.GetValues<FuzzFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public void APlantedBug_IsFoundShrunkAndRepeatedByItsInput(FuzzFault planted)
    {
        FuzzLimits limits = new(2_000_000) { HangMs = 1_000 };
        using PlantedFuzzer fuzzer = new(planted);
        FuzzReport found = FuzzRun.Run(fuzzer, 5, limits);

        Assert.NotNull(found.Failure);
        Assert.Equal(planted, found.Failure.Fault);

        // Two empty records and a broken third one, or one golden record with one byte more; a hang is not shrunk.
        if (planted != FuzzFault.Hang)
        {
            Assert.InRange(found.Failure.Input.Length, 6, 7);
        }

        using PlantedFuzzer again = new(planted);
        FuzzReport repeated = FuzzRun.Replay(again, found.Failure.Input, limits);
        Assert.Equal(planted, repeated.Failure?.Fault);
    }

    [Fact]
    public void ASoundParser_IsNotAccused()
    {
        FuzzReport report = FuzzRun.Run(new SoundFuzzer(), 3, new FuzzLimits(50_000));

        Assert.Null(report.Failure);
        Assert.Equal(50_000, report.Inputs);
        Assert.InRange(report.Accepted, 1, report.Inputs - 1);
        Assert.True(report.CorpusSize > 1, "new shapes are kept");
    }

    [Fact]
    public void AMistakeOfAFuzzer_IsAFindingAndNoCrash()
    {
        FuzzReport report = FuzzRun.Run(new OversizedFuzzer(), 3, new FuzzLimits(100));

        Assert.Equal(FuzzFault.Exception, report.Failure?.Fault);
    }

    private sealed class SoundFuzzer : Fuzzer
    {
        public override string Name => "sound";

        public override string Summary => "Counts ones.";

        public override int InputSizeMax => 64;

        public override long AllocationMax => 0;

        public override IEnumerable<byte[]> Seeds() => [[1, 1, 1]];

        public override Verdict Run(ReadOnlySpan<byte> input) =>
            input.Contains((byte)1) ? Verdict.Accepted(input.Count((byte)1)) : Verdict.Refused(input.Length);
    }

    private sealed class OversizedFuzzer : Fuzzer
    {
        public override string Name => "oversized";

        public override string Summary => "Its seed is longer than its inputs may be.";

        public override int InputSizeMax => 4;

        public override long AllocationMax => 0;

        public override IEnumerable<byte[]> Seeds() => [new byte[5]];

        public override Verdict Run(ReadOnlySpan<byte> input) => Verdict.Refused();
    }
}
