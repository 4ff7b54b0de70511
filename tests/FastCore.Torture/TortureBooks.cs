using FastCore.Client;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Torture;

/// <summary>The books that the load works on, opened before the first kill under load.</summary>
internal static class TortureBooks
{
    /// <summary>What each merchant's clearing account begins with.</summary>
    public const ulong Prefund = 1UL << 50;

    /// <summary>Opens the merchants that all drivers share and the accounts of each driver's book.</summary>
    public static async Task OpenAsync(FastCoreClient client, IEnumerable<LoadDriver> drivers, TortureFindings findings)
    {
        CreateMerchant[] merchants = new CreateMerchant[LoadDriver.Merchants];
        for (ulong i = 0; i < LoadDriver.Merchants; i++)
        {
            merchants[i] = new CreateMerchant
            {
                Merchant = i + 1,
                Currency = LoadDriver.Currency,
                FeePpm = 20_000,
                TaxPpm = 180_000,
                Prefund = Prefund,
            };
        }

        PaymentResult[] opened = new PaymentResult[merchants.Length];
        Reply reply = await client.CreateMerchantsAsync(merchants, opened);
        findings.Check(
            reply.Status == FrameStatus.Ok && opened.All(result => result.Code == PaymentStatus.Ok),
            () => $"the merchants could not be opened: {reply.Status}");
        Account[] accounts = [.. Enumerable.Range(1, LoadDriver.Accounts)
            .Select(id => new Account { Id = (UInt128)id, Ledger = LoadDriver.Ledger, Code = 1 })];
        foreach (LoadDriver driver in drivers)
        {
            CreateAccountResult[] results = new CreateAccountResult[accounts.Length];
            reply = await client.CreateAccountsAsync(driver.Book, accounts, results);
            findings.Check(
                reply.Status == FrameStatus.Ok
                    && results.All(result => result.Status == CreateAccountStatus.Created),
                () => $"the accounts of book {driver.Book} could not be opened: {reply.Status}");
        }
    }
}
