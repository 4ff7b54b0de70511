using FastCore.Cli.Wire;
using FastCore.Protocol;

namespace FastCore.Cli.Tests.Wire;

public sealed class WireCatalogTests
{
    [Fact]
    public void EveryOperationThatAClientMaySendIsThere()
    {
        foreach (OperationShape shape in OperationTable.All)
        {
            bool expected = shape.Kind is not (OperationKind.Session or OperationKind.Internal) ||
                shape.Operation == Operation.SetupAccounts;
            Assert.Equal(expected, WireCatalog.Find(shape.Operation) is not null);
        }
    }

    [Fact]
    public void StructsAreAsLargeAsTheOperationTableSays()
    {
        foreach (WireOperation operation in WireCatalog.All)
        {
            Assert.Equal(operation.Shape.ElementSize, operation.Element.Size);
            Assert.Equal(operation.Shape.ResultSize, operation.Result.Size);
        }
    }

    [Fact]
    public void AShareThatAPartitionRefusedIsNamedLikeARefusedRequest()
    {
        WireOperation payments = WireCatalog.Find(Operation.CreatePayments)!;
        byte[] result = new byte[payments.Result.Size];
        WireField code = payments.Result.Find(payments.CodeField!)!;
        Assert.Null(code.TrySet(result, "1"));
        Assert.Equal("overloaded", (string?)WireJson.ResultOf(payments, result)["code"]);
        Assert.DoesNotContain("overloaded", code.Names);
    }

    [Fact]
    public void FieldsCoverEveryByteOfEveryStruct()
    {
        IEnumerable<WireStruct> structs =
            WireCatalog.All.SelectMany(operation => new[] { operation.Element, operation.Result });
        foreach (WireStruct type in structs)
        {
            int at = 0;
            foreach (WireField field in type.Fields)
            {
                Assert.Equal(at, field.Offset);
                at += field.Size;
            }

            Assert.Equal(type.Size, at);
        }
    }

    [Fact]
    public void EveryFieldOfEveryStructCanBeSetAndIsReadBack()
    {
        foreach (WireOperation operation in WireCatalog.All)
        {
            foreach (WireField field in operation.Element.Fields)
            {
                byte[] bytes = new byte[operation.Element.Size];
                Assert.Null(field.TrySet(bytes, field.Kind == WireKind.Text ? "A" : "0x41"));
                Assert.Equal(0x41, bytes[field.Offset]);
                Assert.Equal(1, bytes.Count(value => value != 0));
                if (field.Kind == WireKind.Numbers)
                {
                    Assert.Equal([0x41u], field.NumbersOf(bytes));
                    Assert.Null(field.TrySet(bytes, "7| 0 |9"));
                    Assert.Equal([7u, 0, 9], field.NumbersOf(bytes));
                    Assert.NotNull(field.TrySet(bytes, "7|x"));
                    Assert.NotNull(field.TrySet(bytes, string.Join('|', Enumerable.Range(0, 17))));
                }
                else if (field.Kind == WireKind.Hex)
                {
                    Assert.Equal("41" + new string('0', (2 * field.Size) - 2), field.HexOf(bytes));
                    Assert.NotNull(field.TrySet(bytes, "4"));
                    Assert.NotNull(field.TrySet(bytes, "xy"));
                    Assert.NotNull(field.TrySet(bytes, new string('0', (2 * field.Size) + 2)));
                }
                else if (field.Kind != WireKind.Text)
                {
                    Assert.Equal((UInt128)0x41, field.Number(bytes));
                }
            }
        }
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("340282366920938463463374607431768211455", "340282366920938463463374607431768211455")]
    [InlineData("0xffffffffffffffffffffffffffffffff", "340282366920938463463374607431768211455")]
    [InlineData("0X1F", "31")]
    [InlineData("0000000000000000000000000000000000000000000000000007", "7")]
    [InlineData("1_000_000", "1000000")]
    public void NumbersAreDecimalOrHexadecimalUpTo128Bits(string text, string expected)
    {
        Assert.Equal(WireNumber.Outcome.Ok, WireNumber.TryParse(text, out UInt128 value));
        Assert.Equal(UInt128.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("0xfg")]
    [InlineData("٣")]
    public void OtherTextsAreNoNumbers(string text) =>
        Assert.Equal(WireNumber.Outcome.NotANumber, WireNumber.TryParse(text, out _));

    [Theory]
    [InlineData("340282366920938463463374607431768211456")]
    [InlineData("0x100000000000000000000000000000000")]
    public void MoreThan128BitsAreTooLarge(string text) =>
        Assert.Equal(WireNumber.Outcome.TooLarge, WireNumber.TryParse(text, out _));
}
