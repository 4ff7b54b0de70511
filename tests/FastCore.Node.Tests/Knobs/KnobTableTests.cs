using FastCore.Engine.Partitions;
using FastCore.Node.Knobs;
using FastCore.Protocol.Knobs;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Knobs;

/// <summary>What is wanted, from where, and what is said when it is not effective.</summary>
public sealed class KnobTableTests
{
    [Theory]
    [InlineData("DOTNET_GCGen0Size", "gc_gen0_size", "0x4000000")]
    [InlineData("DOTNET_GCServer", "gc_server", "1")]
    [InlineData("dotnet_gcServer", "gc_server", "1")]
    public void A_misspelt_variable_is_named(string variable, string knob, string value) =>
        With(variable, value, () =>
        {
            KnobRow row = Row(knob);
            Assert.True(row.Differs);
            Assert.Equal(KnobSource.Environment, row.Source);
            Assert.Contains($"{variable} is not read", row.Note, StringComparison.Ordinal);
        });

    [Fact]
    public void A_variable_that_came_too_late_is_not_effective() =>
        With("DOTNET_GCConserveMemory", "7", () =>
        {
            KnobRow row = Row("gc_conserve_memory");
            Assert.Equal(("7", "0", true), (row.Wanted, row.Effective, row.Differs));
        });

    [Fact]
    public void Numbers_of_the_environment_are_hexadecimal_but_for_the_count_of_cores()
    {
        With("DOTNET_GCHeapHardLimit", "10", () => Assert.Equal("16", Row("gc_heap_hard_limit").Wanted));
        With("DOTNET_GCgen0size", "4000000", () => Assert.Equal("67108864", Row("gc_gen0_size").Wanted));
        With("DOTNET_PROCESSOR_COUNT", "10", () => Assert.Equal("10", Row("processor_count").Wanted));
    }

    [Fact]
    public void A_value_that_is_none_is_not_effective() =>
        With("DOTNET_gcServer", "maybe", () =>
        {
            KnobRow row = Row("gc_server");
            Assert.Equal(("maybe", true), (row.Wanted, row.Differs));
            Assert.Contains("on or off", row.Note, StringComparison.Ordinal);
        });

    [Fact]
    public void What_is_not_asked_for_agrees_with_everything()
    {
        Assert.All(KnobTable.OfRuntime().Where(row => row.Wanted is null), row => Assert.False(row.Differs));
        Assert.False(Row("gc_server").Differs);
    }

    [Fact]
    public void The_engines_settings_know_where_they_come_from()
    {
        NodeOptions options = new()
        {
            Idle = IdleStrategyKind.Spin,
            Partitions = 4,
            KnobSources = new Dictionary<string, KnobSource> { ["Partitions"] = KnobSource.CommandLine },
        };
        Dictionary<string, KnobRow> rows = KnobTable.OfOptions(options).ToDictionary(row => row.Knob.Name);
        Assert.Equal(("spin", KnobSource.Code), (rows["idle"].Wanted, rows["idle"].Source));
        Assert.Equal(("4", KnobSource.CommandLine), (rows["partitions"].Wanted, rows["partitions"].Source));
        Assert.Equal(KnobSource.Default, rows["ring_bytes"].Source);
    }

    [Fact]
    public void Every_knob_of_the_engine_sets_what_it_reads()
    {
        foreach (EngineKnob knob in EngineKnobs.All)
        {
            NodeOptions options = new();
            string[] tries = ["on", "spin", "async", "33554432", "100", "object", "2-3"];
            string value = tries.Select(knob.Canonical).First(text => text is not null && text != knob.Get(options))!;
            knob.Set(options, value);
            Assert.Equal(value, knob.Get(options));
        }
    }

    [Fact]
    public void The_document_has_every_knob()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "KNOBS.md"));
        Assert.All(KnobControl.Names, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("on", "on")]
    [InlineData("TRUE", "on")]
    [InlineData("0", "off")]
    [InlineData("yes", null)]
    public void Switches_have_one_way_of_writing(string text, string? canonical) =>
        Assert.Equal(canonical, KnobForm.Switch.Canonical(text));

    [Theory]
    [InlineData("0x10", "16")]
    [InlineData("16", "16")]
    [InlineData(" 8 ", "8")]
    [InlineData("12", null)]
    [InlineData("1", null)]
    [InlineData("+16", null)]
    [InlineData("", null)]
    public void Powers_of_two_are_told_from_others(string text, string? canonical) =>
        Assert.Equal(canonical, KnobForm.PowerOf2(2, 1024).Canonical(text));

    [Theory]
    [InlineData("any", "any")]
    [InlineData(" Any ", "any")]
    [InlineData("3", "3")]
    [InlineData("7,2,3,4,4", "2-4,7")]
    [InlineData("0-1,1-3", "0-3")]
    [InlineData("1023", "1023")]
    [InlineData("1024", null)]
    [InlineData("3-2", null)]
    [InlineData("1-2-3", null)]
    [InlineData("-1", null)]
    [InlineData("1,", null)]
    [InlineData("", null)]
    [InlineData("all", null)]
    public void Cores_are_numbers_and_ranges(string text, string? canonical) =>
        Assert.Equal(canonical, KnobForm.Cores.Canonical(text));

    [Theory]
    [InlineData("2-", true, "must be cores such as")]
    [InlineData("2", false, "needs PinPartitions")]
    public void Cores_that_cannot_be_had_are_refused(string cores, bool isPinned, string words)
    {
        NodeOptions options = new()
        {
            Durability = Durability.None,
            PartitionCores = cores,
            PinPartitions = isPinned,
        };
        Assert.Contains(words, Assert.Single(NodeOptionsCheck.Problems(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(NodeOptions.TableReserveBytesMax + 1)]
    [InlineData(NodeOptions.TableReserveBytesMax)]
    public void More_memory_than_there_is_cannot_be_reserved(long bytes)
    {
        NodeOptions options = new() { Durability = Durability.None, Partitions = 2, TableReserveBytes = bytes };
        Assert.Contains("TableReserveBytes", Assert.Single(NodeOptionsCheck.Problems(options)));
    }

    private static KnobRow Row(string name) => KnobTable.OfRuntime().Single(row => row.Knob.Name == name);

    private static void With(string variable, string value, Action check)
    {
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            check();
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }
}
