using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Random draws. Element i of a result depends only on the Philox state and i.</content>
public static partial class Aten
{
    /// <summary>Uniform in [0, 1).</summary>
    [TensorOp("aten::rand")]
    public static TensorImpl rand(long[] size, DType dtype, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.rand).Add(size).Add(dtype).Add(generator));

    /// <summary>Standard normal.</summary>
    [TensorOp("aten::randn")]
    public static TensorImpl randn(long[] size, DType dtype, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.randn).Add(size).Add(dtype).Add(generator));

    /// <summary>Integers in [low, high).</summary>
    [TensorOp("aten::randint.low")]
    public static TensorImpl randint(ScalarValue low, ScalarValue high, long[] size, DType dtype, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.randint_low).Add(low).Add(high).Add(size).Add(dtype).Add(generator));

    /// <summary>A random permutation of 0 .. n-1.</summary>
    [TensorOp("aten::randperm")]
    public static TensorImpl randperm(long n, DType dtype, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.randperm).Add(n).Add(dtype).Add(generator));

    /// <summary>Fills with uniform draws from [from, to).</summary>
    [TensorOp("aten::uniform_")]
    public static TensorImpl uniform_(TensorImpl self, double from, double to, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.uniform_).Add(self).Add(from).Add(to).Add(generator));

    /// <summary>Fills with normal draws.</summary>
    [TensorOp("aten::normal_")]
    public static TensorImpl normal_(TensorImpl self, double mean, double std, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.normal_).Add(self).Add(mean).Add(std).Add(generator));

    /// <summary>1 with the probability the element says, else 0.</summary>
    [TensorOp("aten::bernoulli")]
    public static TensorImpl bernoulli(TensorImpl self, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.bernoulli).Add(self).Add(generator));

    /// <summary>Fills with ones (probability p) and zeros.</summary>
    [TensorOp("aten::bernoulli_.float")]
    public static TensorImpl bernoulli_(TensorImpl self, double p, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.bernoulli__float).Add(self).Add(p).Add(generator));

    /// <summary>Which elements dropout with probability p keeps, as bool.</summary>
    [TensorOp("aten::dropout_mask")]
    public static TensorImpl dropout_mask(TensorImpl input, double p, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.dropout_mask).Add(input).Add(p).Add(generator));

    /// <summary><c>self * mask * scale</c>.</summary>
    [TensorOp("aten::_masked_scale")]
    public static TensorImpl _masked_scale(TensorImpl self, TensorImpl mask, double scale) =>
        Eager.Run(new OpInvocation(OpTable._masked_scale).Add(self).Add(mask).Add(scale));

    /// <summary>Indices drawn with the (unnormalized) probabilities of the last dimension.</summary>
    [TensorOp("aten::multinomial")]
    public static TensorImpl multinomial(TensorImpl self, long num_samples, bool replacement, PhiloxState generator) =>
        Eager.Run(new OpInvocation(OpTable.multinomial).Add(self).Add(num_samples).Add(replacement).Add(generator));
}
