using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>An in-place op, run through the tape, gives every argument the gradient that the op itself gives.</summary>
public class InPlaceDerivativeTests
{
    public static TheoryData<string> Twins => [.. OpInfos.Pointwise
        .Where(static info => info.FirstDType is null && info.Op.Derivative is not null && info.Twin is not null)
        .Select(static info => info.ToString())];

    [Theory]
    [MemberData(nameof(Twins))]
    public void Gradients_are_the_ops(string name)
    {
        var info = (PointwiseInfo)OpInfos.Find(name);
        foreach (TensorImpl[] inputs in Samples.ForGradients(info))
        {
            if (!ShapeRules.Broadcast(new Sample(inputs, info.Attrs).Call(info.Op)).SameSizes(inputs[0].Layout))
            {
                continue;
            }

            double[]?[] expected = Gradients(info, info.Op, inputs), actual = Gradients(info, info.Twin!, inputs);
            for (int i = 0; i < expected.Length; i++)
            {
                (actual[i] ?? []).Should().Equal(expected[i] ?? [], "argument {0}", i);
            }
        }
    }

    private static double[]?[] Gradients(PointwiseInfo info, OpDef op, TensorImpl[] inputs)
    {
        TensorImpl[] leaves = Array.ConvertAll(inputs, Aten.clone);
        foreach (TensorImpl leaf in leaves)
        {
            if (leaf.DType == DType.Float64)
            {
                leaf.SetRequiresGrad(true);
            }
        }

        // The first argument may be overwritten: not the leaf itself, but a copy of it.
        TensorImpl[] arguments = [Aten.clone(leaves[0]), .. leaves[1..]];
        TensorImpl result = Eager.Run(new Sample(arguments, info.Attrs).Call(op));
        Engine.Backward([result], [TensorBits.Floats(result.Sizes.ToArray(), static i => 0.5 + (i % 3), DType.Float64)]);
        return Array.ConvertAll(leaves, leaf => leaf.Gradient() is { } gradient ? TensorBits.ToDoubles(gradient) : null);
    }
}
