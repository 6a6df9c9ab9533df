/**
 * The README of a dossier: what a stranger needs who has neither this program nor anybody to ask. It names no person.
 */
export function dossierReadme(): string {
  return README;
}

const README = `HỒ SƠ CỦA MỘT NGƯỜI, BÀN GIAO CHO CƠ QUAN KHÁC
(English below)

Gói này chứa toàn bộ hồ sơ của một cán bộ, công chức, viên chức hoặc người lao động, như hệ thống gửi đã ghi. Đây là gói
BagIt (RFC 8493): phần mềm BagIt bất kỳ đều kiểm tra được. Không cần phần mềm đã tạo ra gói để đọc và kiểm tra nó.

  data/events/*.jsonl     các sự kiện của hồ sơ (và của hồ sơ đã nhập vào nó), mỗi dòng một sự kiện (JSON, UTF-8)
  data/proofs/*.json      bằng chứng rằng đó là các sự kiện đã ghi, đủ và không bị sửa; kiểm tra bằng hoso-verify
  data/checkpoint         xác nhận có chữ ký của nhật ký bên gửi; data/keys/ là khóa công khai của người ký
  data/schemas/           lược đồ JSON của từng loại sự kiện, có tên trường tiếng Việt, tiếng Anh
  data/catalogues/        các danh mục mã và các đơn vị được nêu (CSV)
  data/attachments.csv    bản quét nào thuộc sự kiện nào; data/attachments/ là các bản quét, đã mã hóa

Giá trị cá nhân trong data được mã hóa (AES-256-GCM) dưới "sealed". Khóa và bản đọc được (từng sự kiện, Mẫu 2C của ngày
cuối) nằm trong MỘT TỆP RIÊNG, mở bằng mật khẩu; hai thứ đó đi bằng hai đường khác nhau. Người có tệp đó mở được mọi giá
trị đã niêm phong của hồ sơ này dưới các khóa ấy: hãy giữ như giữ hồ sơ giấy. Giá trị đã hủy hợp pháp thì không ai mở được.

Kiểm tra các tệp:       sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt
Kiểm tra bằng chứng:    hoso-verify data/proofs/*.json --key "KHÓA"     (một tệp JavaScript, chỉ cần Node)
                        KHÓA: khóa công khai bên gửi đã công bố ở nơi khác, không phải lấy trong gói
Kiểm tra cả gói:        hoso verify --bag THƯ-MỤC --key "KHÓA"
Nhận vào hệ thống:      hoso receive THƯ-MỤC --key "KHÓA" --keys TỆP --passphrase-file TỆP
Bên nhận giữ nguyên gói này: mỗi việc đã nhận nêu SHA-256 của manifest-sha256.txt và số sự kiện của xác nhận.

----------------------------------------------------------------------------------------------------------------------

THE RECORD OF ONE PERSON, HANDED TO ANOTHER AUTHORITY

This bag holds the whole record of a cadre, civil servant, public employee or worker as the sending system recorded it.
It is a bag of BagIt (RFC 8493), which any BagIt tool validates. Nothing of the software that made it is needed to read
and to check it.

  data/events/*.jsonl     the events of the record (and of records merged into it), one a line (JSON, UTF-8)
  data/proofs/*.json      what proves that these events were recorded so, all of them, and unaltered: for hoso-verify
  data/checkpoint         the signed state of the sender's log; data/keys/ has the public keys of whoever signed it
  data/schemas/           JSON Schema of every event type used, with the fields' names
  data/catalogues/        the lists of codes, and the units named (CSV)
  data/attachments.csv    which scan belongs to which event; data/attachments/ has the scans, sealed

Each line has: sequence (its number in the sender's log), stream (the record), revision (0, 1, 2 ... in the record), id,
type and version, recordedAt (UTC), data (what it says: JSON as text) and meta (who recorded it, for which unit). In
data, "open" is in clear; under "sealed" personal values are encrypted, one text "h1.<key id>.<base64url of nonce,
ciphertext, tag>" for each group of fields. "corrected" replaces what its "target" said, "rescinded" takes it out of
force, "content_destroyed" says which groups were lawfully destroyed: nobody can open these.

What opens it is in ONE FILE APART, sealed with a passphrase, and travels another way: a first line of JSON tells how its
key is made (scrypt: N, r, p, salt); then pieces, each its length (4 bytes, big-endian), ciphertext and tag (AES-256-GCM;
nonce: 8 zero bytes and the number of the piece in 4; additional data: SHA-256 of the first line, then a byte that is 1
for the last piece). In it are lines of JSON: which bag it belongs to; the content keys; every event in clear; form 2C of
the last day. The AES key of a group is HKDF-SHA-256 of its content key (no salt, info "hoso seal h1 cipher"); additional
data are stream, event id and group, each after its length in 4 bytes; the text is preceded by its length in 4 bytes and
followed by zeros. Whoever has the file can open every value of this record that is sealed under these keys: keep it as
you would keep the paper file.

Check the files:        sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt
Check the proofs:       hoso-verify data/proofs/*.json --key "KEY"      (one JavaScript file that needs only Node)
                        KEY: the sender's public key as published elsewhere, not the one in the bag
Check the whole bag:    hoso verify --bag DIRECTORY --key "KEY"
Take it in:             hoso receive DIRECTORY --key "KEY" --keys FILE --passphrase-file FILE
The receiver keeps this bag as it is: each fact taken in names the SHA-256 of its manifest-sha256.txt, and the size of
the checkpoint.
`;
