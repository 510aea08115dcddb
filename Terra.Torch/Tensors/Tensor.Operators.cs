using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <remarks>Operators on tensors work element by element and broadcast; those on numbers take them without a detour over a tensor.</remarks>
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => new(Aten.add(left.Impl, right.Impl, 1));

        public static Tensor operator +(Tensor left, Scalar right) => new(Aten.add(left.Impl, right.Value, 1));

        public static Tensor operator +(Scalar left, Tensor right) => new(Aten.add(right.Impl, left.Value, 1));

        public static Tensor operator +(Tensor left, int right) => new(Aten.add(left.Impl, right, 1));

        public static Tensor operator +(Tensor left, long right) => new(Aten.add(left.Impl, right, 1));

        public static Tensor operator +(Tensor left, float right) => new(Aten.add(left.Impl, (double)right, 1));

        public static Tensor operator +(Tensor left, double right) => new(Aten.add(left.Impl, right, 1));

        public static Tensor operator +(int left, Tensor right) => new(Aten.add(right.Impl, left, 1));

        public static Tensor operator +(long left, Tensor right) => new(Aten.add(right.Impl, left, 1));

        public static Tensor operator +(float left, Tensor right) => new(Aten.add(right.Impl, (double)left, 1));

        public static Tensor operator +(double left, Tensor right) => new(Aten.add(right.Impl, left, 1));

        public static Tensor operator -(Tensor left, Tensor right) => new(Aten.sub(left.Impl, right.Impl, 1));

        public static Tensor operator -(Tensor left, Scalar right) => new(Aten.sub(left.Impl, right.Value, 1));

        public static Tensor operator -(Scalar left, Tensor right) => new(Aten.rsub(right.Impl, left.Value, 1));

        public static Tensor operator -(Tensor left, int right) => new(Aten.sub(left.Impl, right, 1));

        public static Tensor operator -(Tensor left, long right) => new(Aten.sub(left.Impl, right, 1));

        public static Tensor operator -(Tensor left, float right) => new(Aten.sub(left.Impl, (double)right, 1));

        public static Tensor operator -(Tensor left, double right) => new(Aten.sub(left.Impl, right, 1));

        public static Tensor operator -(int left, Tensor right) => new(Aten.rsub(right.Impl, left, 1));

        public static Tensor operator -(long left, Tensor right) => new(Aten.rsub(right.Impl, left, 1));

        public static Tensor operator -(float left, Tensor right) => new(Aten.rsub(right.Impl, (double)left, 1));

        public static Tensor operator -(double left, Tensor right) => new(Aten.rsub(right.Impl, left, 1));

        public static Tensor operator *(Tensor left, Tensor right) => new(Aten.mul(left.Impl, right.Impl));

        public static Tensor operator *(Tensor left, Scalar right) => new(Aten.mul(left.Impl, right.Value));

        public static Tensor operator *(Scalar left, Tensor right) => new(Aten.mul(right.Impl, left.Value));

        public static Tensor operator *(Tensor left, int right) => new(Aten.mul(left.Impl, right));

        public static Tensor operator *(Tensor left, long right) => new(Aten.mul(left.Impl, right));

        public static Tensor operator *(Tensor left, float right) => new(Aten.mul(left.Impl, (double)right));

        public static Tensor operator *(Tensor left, double right) => new(Aten.mul(left.Impl, right));

        public static Tensor operator *(int left, Tensor right) => new(Aten.mul(right.Impl, left));

        public static Tensor operator *(long left, Tensor right) => new(Aten.mul(right.Impl, left));

        public static Tensor operator *(float left, Tensor right) => new(Aten.mul(right.Impl, (double)left));

        public static Tensor operator *(double left, Tensor right) => new(Aten.mul(right.Impl, left));

        public static Tensor operator /(Tensor left, Tensor right) => new(Aten.div(left.Impl, right.Impl));

        public static Tensor operator /(Tensor left, Scalar right) => new(Aten.div(left.Impl, right.Value));

        public static Tensor operator /(Scalar left, Tensor right) => new(DivideInto(left.Value, right.Impl));

        public static Tensor operator /(Tensor left, int right) => new(Aten.div(left.Impl, right));

        public static Tensor operator /(Tensor left, long right) => new(Aten.div(left.Impl, right));

        public static Tensor operator /(Tensor left, float right) => new(Aten.div(left.Impl, (double)right));

        public static Tensor operator /(Tensor left, double right) => new(Aten.div(left.Impl, right));

        public static Tensor operator /(int left, Tensor right) => new(DivideInto(left, right.Impl));

        public static Tensor operator /(long left, Tensor right) => new(DivideInto(left, right.Impl));

        public static Tensor operator /(float left, Tensor right) => new(DivideInto((double)left, right.Impl));

        public static Tensor operator /(double left, Tensor right) => new(DivideInto(left, right.Impl));

        public static Tensor operator %(Tensor left, Tensor right) => new(Aten.remainder(left.Impl, right.Impl));

        public static Tensor operator %(Tensor left, Scalar right) => new(Aten.remainder(left.Impl, right.Value));

        public static Tensor operator %(Tensor left, int right) => new(Aten.remainder(left.Impl, right));

        public static Tensor operator %(Tensor left, long right) => new(Aten.remainder(left.Impl, right));

        public static Tensor operator %(Tensor left, float right) => new(Aten.remainder(left.Impl, (double)right));

        public static Tensor operator %(Tensor left, double right) => new(Aten.remainder(left.Impl, right));

        public static Tensor operator ==(Tensor left, Tensor right) => new(Aten.eq(left.Impl, right.Impl));

        public static Tensor operator ==(Tensor left, Scalar right) => new(Aten.eq(left.Impl, right.Value));

        public static Tensor operator ==(Scalar left, Tensor right) => new(Aten.eq(right.Impl, left.Value));

        public static Tensor operator !=(Tensor left, Tensor right) => new(Aten.ne(left.Impl, right.Impl));

        public static Tensor operator !=(Tensor left, Scalar right) => new(Aten.ne(left.Impl, right.Value));

        public static Tensor operator !=(Scalar left, Tensor right) => new(Aten.ne(right.Impl, left.Value));

        public static Tensor operator <(Tensor left, Tensor right) => new(Aten.lt(left.Impl, right.Impl));

        public static Tensor operator <(Tensor left, Scalar right) => new(Aten.lt(left.Impl, right.Value));

        public static Tensor operator <(Scalar left, Tensor right) => new(Aten.gt(right.Impl, left.Value));

        public static Tensor operator <=(Tensor left, Tensor right) => new(Aten.le(left.Impl, right.Impl));

        public static Tensor operator <=(Tensor left, Scalar right) => new(Aten.le(left.Impl, right.Value));

        public static Tensor operator <=(Scalar left, Tensor right) => new(Aten.ge(right.Impl, left.Value));

        public static Tensor operator >(Tensor left, Tensor right) => new(Aten.gt(left.Impl, right.Impl));

        public static Tensor operator >(Tensor left, Scalar right) => new(Aten.gt(left.Impl, right.Value));

        public static Tensor operator >(Scalar left, Tensor right) => new(Aten.lt(right.Impl, left.Value));

        public static Tensor operator >=(Tensor left, Tensor right) => new(Aten.ge(left.Impl, right.Impl));

        public static Tensor operator >=(Tensor left, Scalar right) => new(Aten.ge(left.Impl, right.Value));

        public static Tensor operator >=(Scalar left, Tensor right) => new(Aten.le(right.Impl, left.Value));

        public static Tensor operator &(Tensor left, Tensor right) => new(Aten.bitwise_and(left.Impl, right.Impl));

        public static Tensor operator |(Tensor left, Tensor right) => new(Aten.bitwise_or(left.Impl, right.Impl));

        public static Tensor operator ^(Tensor left, Tensor right) => new(Aten.bitwise_xor(left.Impl, right.Impl));

        public static Tensor operator ~(Tensor left) => new(Aten.bitwise_not(left.Impl));

        public static Tensor operator -(Tensor tensor) => new(Aten.neg(tensor.Impl));

        /// <summary>A number over a tensor, as the tensor's reciprocal times the number.</summary>
        private static TensorImpl DivideInto(ScalarValue left, TensorImpl right)
        {
            using TensorImpl inverse = Aten.reciprocal(right);
            return Aten.mul(inverse, left);
        }
    }
}
