using FastCore.Client;
using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Integration.Tests.Readme;

/// <summary>What the README shows for a client, word for word but for the address.</summary>
internal static class ClientSample
{
    public static async Task<(Reply Reply, PaymentResult[] Results)> RunAsync(string address)
    {
        // The sample begins.
        await using FastCoreClient client = await FastCoreClient.ConnectAsync(new FastCoreClientOptions
        {
            Endpoint = address,   // or unix:///run/fastcore.sock
            RetryUnknown = true,                  // safe: every write is idempotent by its ids
        });

        CreatePayment[] payments = [new() { Id = 7, Merchant = 100, Amount = 2_500, Currency = 356, Card = 42 }];
        PaymentResult[] results = new PaymentResult[payments.Length];
        Reply reply = await client.CreatePaymentsAsync(payments, results);

        // The sample ends.
        return (reply, results);
    }
}
