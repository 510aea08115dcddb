using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Whether an object is a tensor.</summary>
    public static bool is_tensor(object obj) => obj is Tensor;

    /// <summary>The dtype that an operation on two tensors gives: numbers without dimensions count less than others.</summary>
    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => (ScalarType)TypePromotion.Of(tensor1.Impl, tensor2.Impl);

    /// <exception cref="InvalidOperationException">The condition does not hold.</exception>
    public static void _assert(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <inheritdoc cref="_assert(bool, string)"/>
    public static void _assert(Func<bool> condition, string message) => _assert(condition(), message);
}
