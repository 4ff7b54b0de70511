using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Node.Fraud;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>Files of policies that come in parts.</summary>
public sealed class PolicyUploadsTests
{
    private const long IdleNs = FraudLimits.UploadIdleMs * 1_000_000L;

    private static readonly byte[] Content = [.. Enumerable.Range(1, 1_000).Select(i => (byte)(i * 7))];
    private static readonly byte[] Hash = SHA256.HashData(Content);

    private readonly SteppedClock _clock = new();
    private readonly PolicyStore _store = new(null, FeatureSet.Default);
    private readonly PolicyUploads _uploads;

    public PolicyUploadsTests() => _uploads = new PolicyUploads(_store, _clock);

    [Fact]
    public void Parts_in_order_make_a_file_and_their_repetition_changes_nothing()
    {
        Assert.Equal((FraudStatus.Ok, 0UL), Send(0, 0));
        Assert.Equal((FraudStatus.Ok, 300UL), Send(0, 300));
        Assert.Equal((FraudStatus.Ok, 300UL), Send(0, 300));
        Assert.Equal((FraudStatus.Ok, 300UL), Send(100, 50));
        Assert.Null(_uploads.Find(HashOf(Hash)));
        Assert.Equal((FraudStatus.Ok, 700UL), Send(200, 500));
        Assert.Equal((FraudStatus.Ok, 1_000UL), Send(700, 300));
        Assert.Equal((FraudStatus.Ok, 1_000UL), Send(0, 0));
        Assert.Equal(Content, _uploads.Find(HashOf(Hash)));
        _uploads.Drop(HashOf(Hash));
        Assert.Equal((null, 0L), (_uploads.Find(HashOf(Hash)), _uploads.Bytes));
    }

    [Fact]
    public void A_part_behind_what_is_there_is_refused_and_says_how_much_that_is()
    {
        Assert.Equal((FraudStatus.UploadHasGap, 0UL), Send(1, 10));
        Assert.Equal((FraudStatus.Ok, 200UL), Send(0, 200));
        Assert.Equal((FraudStatus.UploadHasGap, 200UL), Send(201, 10));
        Assert.Equal((FraudStatus.Ok, 1_000UL), Send(200, 800));
    }

    [Fact]
    public void A_file_that_is_whole_and_has_another_hash_is_dropped()
    {
        byte[] wrong = [.. Content];
        wrong[999] ^= 1;
        Assert.Equal((FraudStatus.Ok, 500UL), Send(0, 500, content: wrong));
        Assert.Equal((FraudStatus.UploadDiffers, 0UL), Send(500, 500, content: wrong));
        Assert.Equal((null, 0L), (_uploads.Find(HashOf(Hash)), _uploads.Bytes));
        Assert.Equal((FraudStatus.Ok, 1_000UL), Send(0, 1_000));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1_001, 0, 1_000)]
    [InlineData(0, 1_001, 1_000)]
    [InlineData(900, 101, 1_000)]
    [InlineData(0, 10, (ulong)FraudLimits.UploadBytesMax + 1)]
    [InlineData(ulong.MaxValue, 2, 1_000)]
    [InlineData(0, ulong.MaxValue, ulong.MaxValue)]
    public void Sizes_that_cannot_be_are_refused(ulong offset, ulong part, ulong file) => Assert.Equal(
        FraudStatus.UploadOutOfRange,
        Take(new PolicyUpload { FileBytes = file, Offset = offset, PartBytes = part }, 2));

    [Theory]
    [InlineData(129, 1)]
    [InlineData(128, 2)]
    [InlineData(0, 1)]
    public void Other_bytes_than_the_part_says_are_refused(ulong part, int elements) => Assert.Equal(
        FraudStatus.UploadOutOfRange, Take(new PolicyUpload { FileBytes = 1_000, PartBytes = part }, elements));

    [Fact]
    public void Reserved_fields_and_bytes_behind_the_part_must_be_zero()
    {
        PolicyUpload part = new() { FileBytes = 1_000, PartBytes = 10 };
        Assert.Equal(FraudStatus.UploadOutOfRange, Take(part with { Reserved0 = 1 }, 1));
        Assert.Equal(FraudStatus.UploadOutOfRange, Take(part with { Reserved4 = 1 }, 1));
        Assert.Equal(FraudStatus.UploadOutOfRange, Take(part, 1, last: 1));
        Assert.Equal(FraudStatus.Ok, Take(part, 1));
    }

    [Fact]
    public void A_file_that_says_another_size_than_before_is_refused()
    {
        _ = Send(0, 300);
        PolicyUpload part = Part(300, 100);
        part.FileBytes = 999;
        Assert.Equal(
            (FraudStatus.UploadOutOfRange, 300UL), Answer(_uploads.Take(BodyOf(part, Content.AsSpan(300, 100)))));
    }

    [Fact]
    public void A_file_that_the_store_has_need_not_be_sent()
    {
        _store.Add(Content);
        Assert.Equal((FraudStatus.Ok, 1_000UL), Send(0, 0));
        Assert.Equal(Content, _uploads.Find(HashOf(Hash)));
        Assert.Equal(0L, _uploads.Bytes);
    }

    [Fact]
    public void What_nobody_goes_on_with_is_dropped()
    {
        _ = Send(0, 300);
        _clock.MonotonicNs += IdleNs;
        Assert.Equal((FraudStatus.Ok, 400UL), Send(300, 100));
        _clock.MonotonicNs += IdleNs + 1;
        Assert.Equal((FraudStatus.UploadHasGap, 0UL), Send(400, 100));
    }

    [Fact]
    public void Uploads_have_a_bound_together_and_take_memory_by_what_arrived()
    {
        // Announced at the largest size, sent in a few bytes: so many of them are no burden.
        byte[] body = new byte[PolicyUpload.Size + (1 << 20)];
        body.AsSpan(PolicyUpload.Size).Fill(1);
        int taken = 0;
        FraudStatus code = FraudStatus.Ok;
        while (code == FraudStatus.Ok)
        {
            PolicyUpload part = new() { FileBytes = FraudLimits.UploadBytesMax, PartBytes = 1 << 20 };
            part.Hash[0] = (byte)taken++;
            MemoryMarshal.Write(body, in part);
            code = _uploads.Take(body).Code;
            Assert.True(_uploads.Bytes <= FraudLimits.UploadsBytesMax);
        }

        Assert.Equal((FraudStatus.UploadsFull, 33), (code, taken));
        _clock.MonotonicNs += IdleNs + 1;
        Assert.Equal(FraudStatus.Ok, _uploads.Take(body).Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Parts_in_any_order_and_size_come_to_the_file_in_the_end(ulong seed)
    {
        SeededRandom random = new(seed);
        ulong received = 0;
        for (int tries = 0; received < 1_000; tries++)
        {
            Assert.True(tries < 100_000);
            int offset = random.Below(1_001);
            int length = random.Below(1_001 - offset);
            ulong before = received;
            (FraudStatus code, received) = Send(offset, length);
            bool hasGap = offset > (int)before;
            Assert.Equal(hasGap ? FraudStatus.UploadHasGap : FraudStatus.Ok, code);
            Assert.Equal(hasGap ? before : Math.Max(before, (ulong)(offset + length)), received);
        }

        Assert.Equal(Content, _uploads.Find(HashOf(Hash)));
    }

    private static PolicyHash HashOf(ReadOnlySpan<byte> bytes)
    {
        PolicyHash hash = default;
        bytes.CopyTo(hash);
        return hash;
    }

    private static PolicyUpload Part(int offset, int length) => new()
    {
        Hash = HashOf(Hash),
        FileBytes = (ulong)Content.Length,
        Offset = (ulong)offset,
        PartBytes = (ulong)length,
    };

    private static byte[] BodyOf(in PolicyUpload part, ReadOnlySpan<byte> bytes)
    {
        int elements = (bytes.Length + PolicyUpload.Size - 1) / PolicyUpload.Size;
        byte[] body = new byte[(1 + elements) * PolicyUpload.Size];
        MemoryMarshal.Write(body, in part);
        bytes.CopyTo(body.AsSpan(PolicyUpload.Size));
        return body;
    }

    private static (FraudStatus Code, ulong Received) Answer(PolicyUploadResult result) =>
        (result.Code, result.Received);

    private (FraudStatus Code, ulong Received) Send(int offset, int length, byte[]? content = null) =>
        Answer(_uploads.Take(BodyOf(Part(offset, length), (content ?? Content).AsSpan(offset, length))));

    private FraudStatus Take(in PolicyUpload part, int elements, byte last = 0)
    {
        byte[] body = new byte[(1 + elements) * PolicyUpload.Size];
        MemoryMarshal.Write(body, in part);
        body[^1] = last;
        return _uploads.Take(body).Code;
    }

    private sealed class SteppedClock : IClock
    {
        public ulong NowNs => 1;

        public long MonotonicNs { get; set; } = 1;
    }
}
