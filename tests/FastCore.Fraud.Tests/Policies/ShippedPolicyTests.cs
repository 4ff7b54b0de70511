using System.Security.Cryptography;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Testing;

using Xunit;

namespace FastCore.Fraud.Tests.Policies;

public sealed class ShippedPolicyTests
{
    [Fact]
    public void The_policy_that_comes_along_is_whole_and_its_card_is_of_this_very_model()
    {
        Assert.Empty(FraudPolicy.TryParse(
            ShippedPolicy.Document(), FeatureSet.Default, ShippedPolicy.File, out FraudPolicy? policy));
        Assert.True(policy!.ScreensPayments);
        Assert.Equal(["blocked cards", "trusted cards"], policy.Rules.Lists.Select(list => list.Name));

        string card = File.ReadAllText(Path.Combine(
            RepositoryRoot.Path, "src", "FastCore.Fraud", "Policies", "Shipped", "README.md"));
        foreach (string file in (string[])["model.ubj", "model.vectors"])
        {
            Assert.Contains(
                Convert.ToHexStringLower(SHA256.HashData(ShippedPolicy.File(file)!)), card, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_it_does_not_name_is_not_there()
    {
        Assert.Null(ShippedPolicy.File("README.md"));
        Assert.Null(ShippedPolicy.File("../policy.json"));
    }
}
