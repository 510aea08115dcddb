using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>A conversion to what the tensor already is gives the tensor itself, unless a copy is asked for.</remarks>
    public partial class Tensor
    {
        /// <summary>A contiguous copy, differentiable.</summary>
        public Tensor clone() => new(Aten.clone(Impl));

        /// <summary>The tensor itself in another handle if it is contiguous, else a contiguous copy.</summary>
        public Tensor contiguous() => new(Composite.contiguous(Impl));

        /// <summary>Overwrites the elements by those of another tensor, broadcast and converted.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Mutated(Aten.copy_(Impl, source.Impl));

        /// <summary>Sets every element.</summary>
        public Tensor fill_(Scalar value) => Mutated(Aten.fill_(Impl, value.Value));

        /// <summary>Sets every element to zero.</summary>
        public Tensor zero_() => Mutated(Aten.zero_(Impl));

        /// <summary>The tensor in another dtype.</summary>
        /// <param name="copy">Copy even if the dtype is the same.</param>
        /// <param name="disposeAfter">Dispose this tensor if it was converted.</param>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            TensorImpl impl = Impl;
            if (!copy && impl.DType == type.Native())
            {
                return this;
            }

            var converted = new Tensor(Aten._to_copy(impl, type.Native()));
            if (disposeAfter)
            {
                Dispose();
            }

            return converted;
        }

        /// <inheritdoc cref="to_type"/>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        /// <summary>The tensor in another dtype and on another device.</summary>
        /// <exception cref="NotSupportedException">The device is not the CPU.</exception>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            RequireCpu(device);
            return to_type(type, copy, disposeAfter, non_blocking);
        }

        /// <summary>The tensor on another device.</summary>
        /// <exception cref="NotSupportedException">The device is not the CPU.</exception>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            RequireCpu(device);
            return to_type(dtype, copy, disposeAfter, non_blocking);
        }

        /// <inheritdoc cref="to(Device, bool, bool, bool)"/>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <inheritdoc cref="to(Device, bool, bool, bool)"/>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>The tensor in the dtype and on the device of another.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => to_type(other.dtype);

        /// <summary>The tensor in the dtype of another.</summary>
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        /// <summary>The tensor in another dtype.</summary>
        public Tensor type(ScalarType dtype) => to_type(dtype);

        /// <summary>The tensor converted by one of <c>torch.FloatTensor</c>, <c>torch.LongTensor</c>, ...</summary>
        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        /// <summary>The tensor on the CPU: the tensor itself.</summary>
        public Tensor cpu() => to(CPU);

        /// <summary>The tensor on a CUDA device.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @short() => to_type(ScalarType.Int16);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        /// <summary>The same elements, without a part in differentiation.</summary>
        public Tensor detach() => new(Impl.Detach());

        /// <summary>Makes the tensor a leaf that does not require grad.</summary>
        public Tensor detach_()
        {
            Impl.DetachInPlace();
            return this;
        }
    }

    public static Tensor BoolTensor(Tensor t) => t.@bool();

    public static Tensor ByteTensor(Tensor t) => t.@byte();

    public static Tensor ShortTensor(Tensor t) => t.@short();

    public static Tensor IntTensor(Tensor t) => t.@int();

    public static Tensor LongTensor(Tensor t) => t.@long();

    public static Tensor FloatTensor(Tensor t) => t.@float();

    public static Tensor DoubleTensor(Tensor t) => t.@double();
}
