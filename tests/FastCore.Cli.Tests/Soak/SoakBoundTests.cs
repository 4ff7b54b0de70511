using FastCore.Bench.Soak;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Soak;

/// <summary>Verdicts over windows that were made up: what leaks is found, what is only noise is not.</summary>
public sealed class SoakBoundTests
{
    private const double LifeS = 20;
    private const long MiB = 1 << 20;

    [Fact]
    public void NoiseBreaksNoBound()
    {
        SeededRandom random = new(11);
        IReadOnlyList<SoakWindow> windows = Windows((life, at) => Quiet(life, at) with
        {
            OtherBytes = (120 + random.Below(20)) * MiB,
            ManagedBytes = (10 + random.Below(8)) * MiB,
            Handles = 80 + random.Below(4),
            Threads = 30 + random.Below(3),
            P999Ms = random.OneIn(5) ? 900 : 5 + random.Below(20),
            PauseMs = random.Below(30),
        });
        Assert.All(SoakBound.All, bound => Assert.True(bound.Judge(windows, LifeS).Holds, bound.Name));
    }

    [Theory]
    [InlineData("other_bytes")]
    [InlineData("managed_bytes")]
    [InlineData("handles")]
    [InlineData("threads")]
    [InlineData("p999_ms")]
    [InlineData("pause_ms")]
    public void WhatGrowsIsNamedAndNothingElse(string name)
    {
        SeededRandom random = new(12);
        IReadOnlyList<SoakWindow> windows = Windows((life, at) =>
        {
            // Since the start of the life, or for what restarts do not end, since the start of the soak.
            double inLife = at % 30;
            SoakWindow window = Quiet(life, at);
            return name switch
            {
                "other_bytes" => window with { OtherBytes = (long)((120 + (4 * inLife) + random.Below(4)) * MiB) },
                "managed_bytes" => window with { ManagedBytes = (long)((10 + (4 * inLife) + random.Below(3)) * MiB) },
                "handles" => window with { Handles = 80 + (int)inLife + random.Below(4) },
                "threads" => window with { Threads = 30 + (int)(inLife / 2) + random.Below(2) },
                "p999_ms" => window with { P999Ms = 5 + (at * 5) + random.Below(50) },
                _ => window with { PauseMs = 1 + at + random.Below(20) },
            };
        });
        Assert.Equal(
            [name], SoakBound.All.Where(bound => !bound.Judge(windows, LifeS).Holds).Select(bound => bound.Name));
    }

    [Fact]
    public void WhatTablesTellIsNoLeak()
    {
        IReadOnlyList<SoakWindow> windows =
            Windows((life, at) => Quiet(life, at) with { WorkingSetBytes = (long)((200 + (10 * at)) * MiB) });
        Assert.All(SoakBound.All, bound => Assert.True(bound.Judge(windows, LifeS).Holds, bound.Name));
    }

    [Fact]
    public void TheLongestSilenceIsTold()
    {
        IReadOnlyList<SoakWindow> windows = Windows((life, at) => Quiet(life, at) with
        {
            Acknowledged = at is (> 4 and < 8) or (> 20 and < 40) or (> 90 and <= 105) ? 0 : 9,
        });

        // Neither the few seconds nor what a restart interrupts.
        Assert.Equal((90, 105), SoakRun.Silence(windows));
        Assert.Equal((0, 0), SoakRun.Silence([]));
    }

    [Fact]
    public void TooFewWindowsHoldNothing()
    {
        SoakWindow[] windows = [Quiet(0, 1), Quiet(0, 2), Quiet(0, 3)];
        Assert.All(SoakBound.All, bound => Assert.False(bound.Judge(windows, LifeS).Holds));
        SoakWindow[] warmingUp = [.. Enumerable.Range(0, 50).Select(at => Quiet(0, at) with { IsSteady = false })];
        Assert.All(SoakBound.All, bound => Assert.False(bound.Judge(warmingUp, LifeS).Holds));
    }

    [Fact]
    public void ABrokenBoundIsToldWithItsSlope()
    {
        IReadOnlyList<SoakWindow> windows =
            Windows((life, at) => Quiet(life, at) with { Handles = 80 + (int)(at % 30) });
        SoakReport report = new()
        {
            Options = new SoakOptions { Program = "", Folder = "", Time = TimeSpan.FromMinutes(2) },
            Trends = [.. SoakBound.All.Select(bound => bound.Judge(windows, LifeS))],
        };
        Assert.False(report.Passes);
        Assert.Equal(
            "handles: grows by 3600 an hour, 20 over a life of the server; allowed are 9.95.",
            Assert.Single(report.Failures));
    }

    [Fact]
    public void OnABusyMachineSpeedFailsNothingAndLeaksDo()
    {
        IReadOnlyList<SoakWindow> windows =
            Windows((life, at) => Quiet(life, at) with { Handles = 80 + (int)(at % 30), P999Ms = 50 * at });
        SoakReport Report(bool judgesSpeed) => new()
        {
            Options = new SoakOptions
            {
                Program = "",
                Folder = "",
                Time = TimeSpan.FromMinutes(2),
                JudgesSpeed = judgesSpeed,
            },
            Trends = [.. SoakBound.All.Select(bound => bound.Judge(windows, LifeS))],
        };
        Assert.Equal(2, Report(judgesSpeed: true).Failures.Count);
        Assert.StartsWith("handles", Assert.Single(Report(judgesSpeed: false).Failures), StringComparison.Ordinal);
    }

    // Four lives of thirty seconds, a window each second, the first ten seconds of each not steady.
    private static List<SoakWindow> Windows(Func<int, double, SoakWindow> of) =>
        [.. Enumerable.Range(0, 120).Select(at => of(at / 30, at) with { IsSteady = at % 30 >= 10 })];

    private static SoakWindow Quiet(int life, double at) => new()
    {
        AtS = at,
        Life = life,
        IsSteady = true,
        Acknowledged = 1_000,
        P999Ms = 10,
        WorkingSetBytes = 200 * MiB,
        OtherBytes = 120 * MiB,
        ManagedBytes = 10 * MiB,
        PauseMs = 1,
        Handles = 80,
        Threads = 30,
        DiskBytes = 500 * MiB,
        JournalBytes = 50 * MiB,
    };
}
