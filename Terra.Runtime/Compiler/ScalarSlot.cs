using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Compiler;

/// <summary>Which part of an attribute fills a scalar slot.</summary>
public enum ScalarPart : byte
{
    /// <summary>The number, converted to the slot's dtype.</summary>
    Value,
    PhiloxSeed,
    PhiloxOffset,
}

/// <summary>
/// A number a program takes at run time: from which op of the composition (<paramref name="Call"/>, its position given to
/// <see cref="PointwiseBuilder.Lower"/>) and which of its attributes it comes, and the dtype it is converted to.
/// </summary>
public readonly record struct ScalarSlot(int Call, int Attribute, DType DType, ScalarPart Part)
{
    /// <summary>The slot's 64 bits (see <see cref="IrConstant"/>) taken from the attribute of the invocation it belongs to.</summary>
    public long Read(in Attr attribute) => Part switch
    {
        ScalarPart.PhiloxSeed => (long)attribute.AsPhilox.Seed,
        ScalarPart.PhiloxOffset => (long)attribute.AsPhilox.Offset,
        _ => IrConstant.FromScalar(attribute.Kind switch
        {
            AttrKind.Int => attribute.AsInt,
            AttrKind.Bool => attribute.AsBool,
            _ => attribute.AsScalar,
        }, DType),
    };
}

/// <summary>Which 32 random bits a <see cref="IrOp.RandomBits"/> node takes for element i.</summary>
public enum RandomWord : byte
{
    /// <summary>Word i.</summary>
    Own,

    /// <summary>The even word of the element's pair: i with its lowest bit cleared.</summary>
    PairFirst,

    /// <summary>The odd word of the element's pair: i with its lowest bit set.</summary>
    PairSecond,
}

internal static class RandomWords
{
    /// <summary>The index of the word that element <paramref name="index"/> takes.</summary>
    public static long IndexFor(this RandomWord word, long index) => word switch
    {
        RandomWord.PairFirst => index & ~1L,
        RandomWord.PairSecond => index | 1,
        _ => index,
    };
}
