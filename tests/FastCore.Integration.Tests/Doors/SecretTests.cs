using System.Net.Security;
using System.Text;
using FastCore.Client;
using FastCore.Integration.Tests.Fronts;
using FastCore.Integration.Tests.Torture;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Server.Access;
using Microsoft.Extensions.Options;

namespace FastCore.Integration.Tests.Doors;

/// <summary>No line of any log, of any level, and no exception holds a key, a part of it, or a password.</summary>
public sealed class SecretTests
{
    private const string Password = "open-sesame-4711";

    [Fact]
    public async Task X19_A_whole_run_leaves_no_secret_behind()
    {
        await using DoorRig rig = DoorRig.Make();
        using TestAuthority authority = TestAuthority.Around(rig.Time.GetUtcNow());
        TemporaryFolder folder = rig.Folder;
        await File.WriteAllBytesAsync(folder.Of("server.pfx"), authority.Server(Password));
        AccessKeyFile.Write(folder.Of("keys.json"), [TestKeys.New("shop", 1, "writes", "10", out string key)]);
        string wrong = key[..^1] + (key[^1] == '0' ? '1' : '0');
        rig.Options.KeyFile = folder.Of("keys.json");
        rig.Options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        rig.Options.Endpoints.Add(new EndpointOptions
        {
            Address = "tcp://127.0.0.1:0",
            CertificatePath = folder.Of("server.pfx"),
            CertificatePassword = Password,
        });
        await rig.StartAsync();
        List<string> written = [];

        // In, out, with the wrong key, over TLS and without, on the wrong port, damaged, with a key for a name.
        foreach (string shown in new[] { key, wrong, "", key + "0" })
        {
            written.Add(await ConnectAsync(rig.Server.Addresses[0], shown, isTls: false));
            written.Add(await ConnectAsync(rig.Server.Addresses[1], shown, isTls: true));
            written.Add(await ConnectAsync(rig.Server.Addresses[0], shown, isTls: true));
            written.Add(await ConnectAsync(rig.Server.Addresses[1], shown, isTls: false));
        }

        written.Add(await ConnectAsync(rig.Server.Addresses[0], key, isTls: false, name: key[..64]));
        using (RawClient damaged = await RawClient.ConnectAsync(rig.Address))
        {
            byte[] hello = RawClient.Hello(key);
            hello[100] ^= 1;
            await damaged.SendAsync(hello);
            await damaged.ExpectAsync(FrameStatus.ChecksumMismatch, 99);
        }

        using (RawClient client = await RawClient.GreetAsync(rig.Address, key))
        {
            rig.Doors.Admission = _ => FrameStatus.Forbidden;
            await client.SendAsync(RawClient.Frame(Operation.CreateTransfers, 1, Encoding.UTF8.GetBytes(key)));
            await client.ExpectAsync(FrameStatus.Forbidden, 1);
        }

        // The key where its hash belongs, in the file and in the options.
        await File.WriteAllTextAsync(folder.Of("keys.json"), $"{{ \"Keys\": [ {{ \"Hash\": \"{key}\" }} ] }}");
        rig.Time.Advance(2_000);
        await File.WriteAllTextAsync(folder.Of("keys.json"), $"{{ \"Keys\": [ {{ \"{key}\": 1 }} ] }}");
        rig.Time.Advance(2_000);
        Assert.Equal(2, rig.Access.ReloadFailures);
        ServerOptions mistaken = new();
        mistaken.Keys.Add(new AccessKeyOptions { Name = "k", Hash = key, Operations = { "*" }, Books = { "*" } });
        written.Add((await Assert.ThrowsAsync<OptionsValidationException>(() => FastCoreServer.StartAsync(
            _ => { }, mistaken, rig.Log, null, default))).ToString());
        written.Add(Assert.Throws<FormatException>(() => AccessSecret.HashOf(key + "0")).ToString());
        await rig.Server.StopAsync(new CancellationToken(canceled: true));

        written.AddRange(rig.Log.Lines.Select(line => line.ToString()));
        Assert.Contains(written, line => line.Contains("shop", StringComparison.Ordinal));
        Assert.True(written.Count > 50, $"only {written.Count} lines were looked at");
        foreach (string secret in Forms(key).Concat(Forms(wrong)).Append(Password))
        {
            Assert.DoesNotContain(written, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    // The secret's first and last quarter, as text and as the bytes of that text.
    private static IEnumerable<string> Forms(string key)
    {
        foreach (string part in new[] { key[21..37], key[^17..^1] })
        {
            yield return part;
            yield return Convert.ToHexString(Encoding.UTF8.GetBytes(part));
            yield return BitConverter.ToString(Encoding.UTF8.GetBytes(part));
            yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(part))[..20];
        }
    }

    private static async Task<string> ConnectAsync(string address, string key, bool isTls, string name = "client")
    {
        try
        {
            await using FastCoreClient client = await FastCoreClient.ConnectAsync(new FastCoreClientOptions
            {
                Endpoint = address,
                ApiKey = key,
                ClientName = name,
                ConnectTimeoutMs = isTls ? 3_000 : 120_000,
                Tls = isTls
                    ? new() { RemoteCertificateValidationCallback = TestAuthority.IsServer }
                    : null,
            });
            return $"connected {client.Server.NodeId}";
        }
        catch (Exception error) when (error is FastCoreConnectException or ArgumentException)
        {
            return error.ToString();
        }
    }
}
