#include "textflag.h"

// func tileAVX2(w, x *float32, in int, out *[12]float32)
// out[4j+r] = w[r]·x[j] for four rows of weights and three tokens. in is a multiple
// of 8. Y0 to Y11 hold the sums, Y12 to Y14 the tokens, Y15 a row.
TEXT ·tileAVX2(SB), NOSPLIT, $0-32
	MOVQ   w+0(FP), AX
	MOVQ   x+8(FP), BX
	MOVQ   in+16(FP), CX
	MOVQ   out+24(FP), DI
	SHLQ   $2, CX
	LEAQ   (AX)(CX*1), R8
	LEAQ   (AX)(CX*2), R9
	LEAQ   (R8)(CX*2), R10
	LEAQ   (BX)(CX*1), R11
	LEAQ   (BX)(CX*2), R12
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	VXORPS Y8, Y8, Y8
	VXORPS Y9, Y9, Y9
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	XORQ   DX, DX

tile:
	VMOVUPS     (BX)(DX*1), Y12
	VMOVUPS     (R11)(DX*1), Y13
	VMOVUPS     (R12)(DX*1), Y14
	VMOVUPS     (AX)(DX*1), Y15
	VFMADD231PS Y12, Y15, Y0
	VFMADD231PS Y13, Y15, Y1
	VFMADD231PS Y14, Y15, Y2
	VMOVUPS     (R8)(DX*1), Y15
	VFMADD231PS Y12, Y15, Y3
	VFMADD231PS Y13, Y15, Y4
	VFMADD231PS Y14, Y15, Y5
	VMOVUPS     (R9)(DX*1), Y15
	VFMADD231PS Y12, Y15, Y6
	VFMADD231PS Y13, Y15, Y7
	VFMADD231PS Y14, Y15, Y8
	VMOVUPS     (R10)(DX*1), Y15
	VFMADD231PS Y12, Y15, Y9
	VFMADD231PS Y13, Y15, Y10
	VFMADD231PS Y14, Y15, Y11
	ADDQ        $32, DX
	CMPQ        DX, CX
	JB          tile

	// Four rows' sums of a token into the lanes of one register.
	VHADDPS      Y3, Y0, Y0
	VHADDPS      Y9, Y6, Y6
	VHADDPS      Y6, Y0, Y0
	VEXTRACTF128 $1, Y0, X3
	VADDPS       X3, X0, X0
	VMOVUPS      X0, (DI)
	VHADDPS      Y4, Y1, Y1
	VHADDPS      Y10, Y7, Y7
	VHADDPS      Y7, Y1, Y1
	VEXTRACTF128 $1, Y1, X3
	VADDPS       X3, X1, X1
	VMOVUPS      X1, 16(DI)
	VHADDPS      Y5, Y2, Y2
	VHADDPS      Y11, Y8, Y8
	VHADDPS      Y8, Y2, Y2
	VEXTRACTF128 $1, Y2, X3
	VADDPS       X3, X2, X2
	VMOVUPS      X2, 32(DI)
	VZEROUPPER
	RET

// func dotAVX2(a, b *float32, n int) float32
// n is a multiple of 8, and not 0.
TEXT ·dotAVX2(SB), NOSPLIT, $0-28
	MOVQ   a+0(FP), AX
	MOVQ   b+8(FP), BX
	MOVQ   n+16(FP), CX
	SHLQ   $2, CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	XORQ   DX, DX
	MOVQ   CX, SI
	ANDQ   $~127, SI
	JZ     eights

four:
	VMOVUPS     (AX)(DX*1), Y4
	VMOVUPS     32(AX)(DX*1), Y5
	VMOVUPS     64(AX)(DX*1), Y6
	VMOVUPS     96(AX)(DX*1), Y7
	VFMADD231PS (BX)(DX*1), Y4, Y0
	VFMADD231PS 32(BX)(DX*1), Y5, Y1
	VFMADD231PS 64(BX)(DX*1), Y6, Y2
	VFMADD231PS 96(BX)(DX*1), Y7, Y3
	ADDQ        $128, DX
	CMPQ        DX, SI
	JB          four

eights:
	CMPQ        DX, CX
	JAE         sum
	VMOVUPS     (AX)(DX*1), Y4
	VFMADD231PS (BX)(DX*1), Y4, Y0
	ADDQ        $32, DX
	JMP         eights

sum:
	VADDPS       Y1, Y0, Y0
	VADDPS       Y3, Y2, Y2
	VADDPS       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0
	VHADDPS      X0, X0, X0
	VHADDPS      X0, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET
