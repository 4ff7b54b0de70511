using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Storage;

using Xunit;

namespace FastCore.Node.Tests;

public sealed class StateSettingsTests
{
    [Fact]
    public void Settings_are_read_as_they_were_written()
    {
        StateSettings settings = new(
            new LedgerOptions { AccountsMax = 77 }, new PaymentsOptions { SyncScheduleMs = [5, 6] });
        StateSettings read = StateSettings.Parse(settings.ToString());
        Assert.Equal(77, read.Ledger.AccountsMax);
        Assert.Equal([5u, 6u], read.Payments.SyncScheduleMs);
        Assert.Equal(settings.ToString(), read.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Ledger\":{},\"Payments\":null}")]
    [InlineData("{\"Ledger\":null,\"Payments\":{}}")]
    [InlineData("{\"Ledger\":{},\"Payments\":{\"SyncScheduleMs\":null}}")]
    [InlineData("{\"Ledger\":{\"AccountsMax\":99999999999},\"Payments\":{}}")]
    public void Text_that_is_no_settings_names_the_file(string text)
    {
        DataDirectoryException refused = Assert.Throws<DataDirectoryException>(() => StateSettings.Parse(text));
        Assert.Equal(DataDirectoryError.SettingMismatch, refused.Code);
        Assert.Equal("format", refused.File);
    }
}
