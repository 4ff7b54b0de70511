using FastCore.Engine.Partitions;
using Xunit;

namespace FastCore.Engine.Tests.Partitions;

/// <summary>Pinning, on a thread of its own each time.</summary>
public sealed class CoreAffinityTests
{
    [Fact]
    public void A_thread_gets_the_core_that_it_asked_for()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int core = CoreAffinity.Usable()[^1];
        (string? failure, IReadOnlyList<int> usable) = OnThread(
            () => (CoreAffinity.TryPin(core), CoreAffinity.Usable()));
        Assert.Null(failure);
        Assert.Equal([core], usable);
    }

    [Theory]
    [InlineData(CoreList.CoresMax - 1)]
    [InlineData(CoreList.CoresMax)]
    public void A_core_that_does_not_exist_is_named(int core)
    {
        string? failure = OnThread(() => CoreAffinity.TryPin(core));
        Assert.Contains("not pinned", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5,1-3", "1-3,5")]
    [InlineData("0", "0")]
    public void A_list_is_written_as_it_is_read(string text, string written) =>
        Assert.Equal(written, CoreList.Format(CoreList.Parse(text)!));

    private static T OnThread<T>(Func<T> action)
    {
        T result = default!;
        Thread thread = new(() => result = action());
        thread.Start();
        thread.Join();
        return result;
    }
}
