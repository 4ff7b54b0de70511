using FastCore.Fuzz.Models;
using Xunit.Abstractions;

namespace FastCore.Fuzz.Tests;

/// <summary>Every interleaving of the two handshakes, and of twins that lack one part of them.</summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    public static TheoryData<string> Orders => [.. Enum.GetNames<StoreOrder>()];

    [Theory]
    [MemberData(nameof(Orders))]
    public void NoWakeUpIsLost(string order) => Holds(WakeModel.Run(Of(order)));

    [Theory]
    [MemberData(nameof(Orders))]
    public void NoWakeUpIsLost_ExceptByTwins(string order)
    {
        Breaks(WakeModel.Run(Of(order), wakeFence: false), "waits for ever");
        Breaks(WakeModel.Run(Of(order), parkFence: false), "waits for ever");
        Breaks(WakeModel.Run(Of(order), looksAgain: false), "waits for ever");
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void EveryCommitIsToldOnce(string order) => Holds(CommitModel.Run(Of(order)));

    [Theory]
    [MemberData(nameof(Orders))]
    public void EveryCommitIsToldOnce_ExceptByTwins(string order)
    {
        Breaks(CommitModel.Run(Of(order), beginFence: false, watches: false), "never told");
        Breaks(CommitModel.Run(Of(order), exchanges: false), "");
        Breaks(CommitModel.Run(Of(order), looksItself: false, watches: false), "never told");
        Breaks(CommitModel.Run(Of(order), markFirst: false), "");
    }

    private static StoreOrder Of(string order) => Enum.Parse<StoreOrder>(order);

    private void Holds(ModelResult result)
    {
        output.WriteLine($"{result.States} states");
        Assert.Null(result.Violation);
        Assert.True(result.States > 100, "a model with so few states tries nothing");
    }

    private void Breaks(ModelResult result, string how)
    {
        output.WriteLine($"{result.States} states: {result.Violation}");
        Assert.NotNull(result.Violation);
        Assert.Contains(how, result.Violation);
    }
}
