using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Protocol.Tests;

public sealed class SnakeCaseTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Ok", "ok")]
    [InlineData("CreateTransfers", "create_transfers")]
    [InlineData("UserData128", "user_data_128")]
    [InlineData("Reserved1", "reserved_1")]
    [InlineData("ExistsWithDifferentUserData64", "exists_with_different_user_data_64")]
    [InlineData("IdMustNotBeIntMax", "id_must_not_be_int_max")]
    [InlineData("Fallback1And2nd", "fallback_1_and_2nd")]
    public void A_word_starts_at_a_capital_and_at_a_number(string pascal, string expected) =>
        Assert.Equal(expected, SnakeCase.Of(pascal));

    [Fact]
    public void Every_table_of_names_follows_the_rule()
    {
        SnakeCaseNames<FrameStatus> names = new();
        foreach (FrameStatus status in Enum.GetValues<FrameStatus>())
        {
            Assert.Equal(SnakeCase.Of(status.ToString()), names.NameOf(status));
            Assert.Equal(SnakeCase.Of(status.ToString()), WireNames<FrameStatus>.NameOf(status));
        }
    }
}
