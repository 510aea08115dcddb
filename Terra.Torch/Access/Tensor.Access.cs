using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The bytes of a contiguous tensor, to read and write in place while the tensor is neither disposed nor collected.</summary>
        /// <exception cref="NotSupportedException">The tensor is not contiguous.</exception>
        /// <exception cref="ArgumentException">On setting: not as many bytes as the tensor has.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                TensorImpl impl = Impl;
                return impl.Layout.IsContiguous
                    ? new Span<byte>((void*)impl.WriteData(), checked((int)(impl.NumberOfElements * ElementSize)))
                    : throw new NotSupportedException("the bytes of a non-contiguous tensor cannot be accessed: call contiguous() first");
            }

            set
            {
                Span<byte> destination = bytes;
                if (value.Length != destination.Length)
                {
                    throw new ArgumentException($"{value.Length} bytes for a tensor of {destination.Length}", nameof(value));
                }

                value.CopyTo(destination);
                GC.KeepAlive(this);
            }
        }

        /// <summary>The value of a tensor of one element.</summary>
        /// <exception cref="ArgumentException">The tensor has another number of elements, or they are not of type <typeparamref name="T"/>.</exception>
        public unsafe T item<T>()
            where T : unmanaged
        {
            TensorImpl impl = Impl;
            if (impl.NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }

            RequireElementType<T>(impl);
            T value = *(T*)impl.ReadData();
            GC.KeepAlive(impl);
            return value;
        }

        /// <summary>The elements, to read and write in place.</summary>
        /// <exception cref="ArgumentException">The elements are not of type <typeparamref name="T"/>.</exception>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireElementType<T>(Impl);
            return new TensorAccessor<T>(this);
        }

        /// <summary>The value of a tensor of one element, of any dtype.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor has another number of elements.</exception>
        public Scalar ToScalar() => new(ReadScalar(Impl));

        /// <summary>The element at a position in row-major order.</summary>
        /// <exception cref="ArgumentException">The elements are not of type <typeparamref name="T"/>.</exception>
        /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
        public T ReadCpuValue<T>(long i)
            where T : unmanaged => data<T>()[i];

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);

        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public float ReadCpuFloat16(long i) => (float)ReadCpuValue<Half>(i);

        public float ReadCpuBFloat16(long i) => ReadCpuValue<BFloat16>(i).ToSingle();

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        /// <summary>Whether the one element of the tensor is not zero.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor has another number of elements.</exception>
        public bool is_nonzero() => ReadScalar(Impl).ToBoolean();

        /// <summary>Writes the elements' bytes in row-major order.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using TensorImpl packed = Composite.contiguous(Impl);
            var rest = new ReadOnlySpan<byte>((void*)packed.ReadData(), checked((int)(packed.NumberOfElements * ElementSize)));
            while (rest.Length > 0)
            {
                int count = Math.Min(bufferSize, rest.Length);
                stream.Write(rest[..count]);
                rest = rest[count..];
            }
        }

        /// <summary>Overwrites the elements of a contiguous tensor by bytes in row-major order.</summary>
        /// <exception cref="EndOfStreamException">The stream holds too few bytes.</exception>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            Span<byte> rest = bytes;
            while (rest.Length > 0)
            {
                int count = Math.Min(bufferSize, rest.Length);
                stream.ReadExactly(rest[..count]);
                rest = rest[count..];
            }

            GC.KeepAlive(this);
        }

        /// <summary>Reads the value of a tensor of one element on behalf of the program.</summary>
        internal static ScalarValue ReadScalar(TensorImpl impl)
        {
            if (impl.NumberOfElements != 1)
            {
                throw ShapeErrors.Error($"a Tensor with {impl.NumberOfElements} elements cannot be converted to Scalar");
            }

            ScalarValue value = ElementTypes.Read(impl.ReadData(), impl.DType);
            GC.KeepAlive(impl);
            return value;
        }

        private static void RequireElementType<T>(TensorImpl impl)
        {
            if (impl.DType != ElementTypes.Of<T>())
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {(ScalarType)impl.DType}");
            }
        }

        /// <summary>The elements as lists in lists, one level for each dimension; of a tensor without dimensions its value.</summary>
        public object tolist() => dtype switch
        {
            ScalarType.Byte => Nested<byte>(),
            ScalarType.Int8 => Nested<sbyte>(),
            ScalarType.Int16 => Nested<short>(),
            ScalarType.Int32 => Nested<int>(),
            ScalarType.Int64 => Nested<long>(),
            ScalarType.Float16 => Nested<Half>(),
            ScalarType.BFloat16 => Nested<BFloat16>(),
            ScalarType.Float32 => Nested<float>(),
            ScalarType.Float64 => Nested<double>(),
            _ => Nested<bool>(),
        };

        private object Nested<T>()
            where T : unmanaged
        {
            T[] elements = data<T>().ToArray();
            long[] sizes = shape;
            int next = 0;
            return Level(0);

            object Level(int dim)
            {
                if (dim == sizes.Length)
                {
                    return elements[next++];
                }

                var level = new List<object>();
                for (long i = 0; i < sizes[dim]; i++)
                {
                    level.Add(Level(dim + 1));
                }

                return level;
            }
        }
    }
}
