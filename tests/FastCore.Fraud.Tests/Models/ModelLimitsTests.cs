using FastCore.Fraud.Models;
using Xunit;

namespace FastCore.Fraud.Tests.Models;

public sealed class ModelLimitsTests
{
    [Fact]
    public void F5_Limits_FitTogether()
    {
        // Every category below the end has its own float, and one set of the largest category is allowed.
        Assert.Equal(ModelLimits.CategoryEnd, (int)(float)(ModelLimits.CategoryEnd - 1) + 1);
        Assert.True(ModelLimits.CategoryBitsMax >= ModelLimits.CategoryEnd);

        // A node has at least eight fields of a byte each in a file, so the largest file holds the most nodes.
        Assert.True(ModelLimits.NodesMax <= ModelLimits.FileSizeMax / 8);
        Assert.True(ModelLimits.TreesMax <= ModelLimits.NodesMax);
    }
}
