using System.Text;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Tests.Cards;

public sealed class CardReaderTests
{
    private const string Good = "7,1522540831,596,3156,5716,0,0";

    [Fact]
    public void AGoodLineIsItsTransaction()
    {
        CardReader reader = ReaderOf(Good);

        Assert.True(reader.TryRead(out CardTransaction transaction));
        Assert.Null(reader.Reason);
        Assert.Equal(new CardTransaction(7, 1_522_540_831, 596, 3_156, 5_716, false, 0), transaction);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("1,2,3", "3 columns instead of 7")]
    [InlineData("1,2,3,4,5,0,0,9", "8 columns instead of 7")]
    [InlineData("x,1522540831,596,3156,5716,0,0", "TRANSACTION_ID is not a whole number")]
    [InlineData("18446744073709551615,1522540831,596,3156,5716,0,0", "TRANSACTION_ID is above 18446744073709551614")]
    [InlineData("1,,596,3156,5716,0,0", "TX_DATETIME is empty")]
    [InlineData("1,2018-04-01 00:00:31,596,3156,5716,0,0", "TX_DATETIME is not a whole number")]
    [InlineData("1,99999999999999,596,3156,5716,0,0", "TX_DATETIME is above 18446744073")]
    [InlineData("1,1522540831,5 96,3156,5716,0,0", "CUSTOMER_ID is not a whole number")]
    [InlineData("1,1522540831,596,72057594037927935,5716,0,0", "TERMINAL_ID is above 72057594037927934")]
    [InlineData("1,1522540831,596,3156,-5716,0,0", "AMOUNT is negative")]
    [InlineData("1,1522540831,596,3156,57.16,0,0", "AMOUNT is not a whole number")]
    [InlineData("1,1522540831,596,3156,99999999999999999999999,0,0", "AMOUNT is above 9223372036854775807")]
    [InlineData("1,1522540831,596,3156,5716,2,0", "FRAUD is above 1")]
    [InlineData("1,1522540831,596,3156,5716,0,4", "SCENARIO is above 3")]
    [InlineData("\"1\",1522540831,596,3156,5716,0,0", "quotes (all columns are plain numbers)")]
    public void ABadLineIsNamedAndTheRestGoesOn(string line, string reason)
    {
        CardReader reader = ReaderOf(Good, line, Good);

        Assert.True(reader.TryRead(out _));
        Assert.True(reader.TryRead(out _));
        Assert.Equal(reason, reader.Reason);
        Assert.Equal(3, reader.LineNumber);
        Assert.Equal(line, reader.Excerpt);
        Assert.True(reader.TryRead(out CardTransaction transaction));
        Assert.Null(reader.Reason);
        Assert.Equal(7UL, transaction.TransactionId);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData(513)]
    [InlineData(600)]
    [InlineData(262_144)]
    [InlineData(1_000_000)]
    public void AnOverlongLineIsPassedOverInBoundedMemory(int length)
    {
        CardReader reader = ReaderOf(Good, new string('9', length), Good);

        Assert.True(reader.TryRead(out _));
        Assert.True(reader.TryRead(out _));
        Assert.Equal("longer than 512 bytes", reader.Reason);
        Assert.Equal(3, reader.LineNumber);
        Assert.EndsWith("…", reader.Excerpt);
        Assert.True(reader.TryRead(out _));
        Assert.Null(reader.Reason);
        Assert.Equal(4, reader.LineNumber);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("\r\n", true)]
    [InlineData("\n", false)]
    [InlineData("\n\n", true)]
    public void LineEndsOfOtherSystemsAndAMissingLastOneDoNotMatter(string lineEnd, bool atEnd)
    {
        string text = CardTransaction.Header + lineEnd + Good + lineEnd + Good + (atEnd ? lineEnd : "");
        CardReader reader = new(new MemoryStream(Encoding.ASCII.GetBytes(text)));

        Assert.True(reader.TryRead(out _));
        Assert.Null(reader.Reason);
        Assert.True(reader.TryRead(out _));
        Assert.Null(reader.Reason);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b,c\n1,2,3\n")]
    [InlineData(Good + "\n")]
    public void AFileWithoutTheHeaderIsRefusedAsAWhole(string text)
    {
        CardReader reader = new(new MemoryStream(Encoding.ASCII.GetBytes(text)));

        CliException refused = Assert.Throws<CliException>(() => reader.TryRead(out _));
        Assert.Equal(ExitCode.File, refused.ExitCode);
    }

    [Fact]
    public void AByteOrderMarkBeforeTheHeaderIsAccepted()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes($"{CardTransaction.Header}\n{Good}\n")];
        CardReader reader = new(new MemoryStream(bytes));

        Assert.True(reader.TryRead(out _));
        Assert.Null(reader.Reason);
    }

    [Fact]
    public void BytesThatAreNotTextAreABadLineWithAPrintableExcerpt()
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(CardTransaction.Header + "\n"), 0, 1, 0xFF, (byte)'\n'];
        CardReader reader = new(new MemoryStream(bytes));

        Assert.True(reader.TryRead(out _));
        Assert.Equal("1 columns instead of 7", reader.Reason);
        Assert.Equal("???", reader.Excerpt);
    }

    [Fact]
    public void WhatTheWriterWroteIsReadBackAcrossBufferBounds()
    {
        using MemoryStream stream = new();
        using (CardWriter writer = new(stream))
        {
            for (ulong i = 0; i < 20_000; i++)
            {
                writer.Write(
                    new CardTransaction(i, 1_522_540_800 + i, i * 7, i * 13, i * 17, i % 5 == 0, (byte)(i % 4)));
            }
        }

        stream.Position = 0;
        CardReader reader = new(stream);
        for (ulong i = 0; i < 20_000; i++)
        {
            Assert.True(reader.TryRead(out CardTransaction transaction));
            Assert.Null(reader.Reason);
            Assert.Equal(
                new CardTransaction(i, 1_522_540_800 + i, i * 7, i * 13, i * 17, i % 5 == 0, (byte)(i % 4)),
                transaction);
        }

        Assert.False(reader.TryRead(out _));
    }

    private static CardReader ReaderOf(params string[] lines)
    {
        string text = CardTransaction.Header + "\n" + string.Join('\n', lines) + "\n";
        return new CardReader(new MemoryStream(Encoding.ASCII.GetBytes(text)));
    }
}
