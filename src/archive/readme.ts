/**
 * The README of a bag: what a stranger needs who has neither this program nor anybody to ask. The Python in it is run
 * by a test, so that what it says is true.
 */
export function readmeText(log: 'events' | 'reads'): string {
  return log === 'events' ? EVENTS : EVENTS;
}

/** Recomputes the root of the tree from the segments, with the standard library of Python 3 alone. */
const PYTHON = `import glob, gzip, hashlib, json
sha = lambda b: hashlib.sha256(b).digest()
hexed = lambda s: hashlib.sha256(s.encode()).hexdigest()
text = lambda v: json.dumps(v, ensure_ascii=False)
peaks, size = [], 0
for name in sorted(glob.glob("data/events/*.jsonl.gz")):
    for line in gzip.open(name, "rt", encoding="utf-8", newline="\\n"):
        e = json.loads(line)
        size += 1
        assert e["sequence"] == size
        entry = ('{"data":"%s","id":"%s","meta":"%s","recordedAt":%s,"revision":%d,"stream":%s,"type":%s,"version":%d}'
                 % (hexed(e["data"]), e["id"], hexed(e["meta"]), text(e["recordedAt"]), e["revision"],
                    text(e["stream"]), text(e["type"]), e["version"]))
        node, count = sha(b"\\0" + entry.encode()), size
        while count % 2 == 0:
            node, count = sha(b"\\1" + peaks.pop() + node), count // 2
        peaks.append(node)
root = peaks.pop() if peaks else sha(b"")
while peaks:
    root = sha(b"\\1" + peaks.pop() + root)
import base64
signed = open("data/checkpoint", encoding="utf-8").read().split("\\n")
print(size, base64.b64encode(root).decode())
print("OK" if signed[1:3] == [str(size), base64.b64encode(root).decode()] else "DIFFERS")
`;

const EVENTS = `HỒ SƠ CÁN BỘ, CÔNG CHỨC, VIÊN CHỨC: BẢN LƯU TRỮ NHẬT KÝ
(English below)

Gói này chứa toàn bộ sự kiện của một hệ thống quản lý hồ sơ, từ sự kiện thứ nhất. Đây là gói BagIt (RFC 8493): phần mềm
BagIt bất kỳ đều kiểm tra được. Không cần phần mềm đã tạo ra gói để đọc nó.

  data/events/*.jsonl.gz       các sự kiện theo thứ tự ghi, mỗi dòng một sự kiện (JSON, UTF-8, nén gzip)
  data/events-sha256.txt       SHA-256 của từng tệp sau khi giải nén
  data/schemas/                lược đồ JSON của từng loại sự kiện và từng phiên bản, có tên trường tiếng Việt, tiếng Anh
  data/catalogues/             các danh mục và đơn vị tại thời điểm lưu trữ (CSV)
  data/tiles/, data/checkpoint cây băm Merkle (RFC 6962) trên các sự kiện và xác nhận có chữ ký
  data/keys/                   khóa công khai của người ký xác nhận

Mỗi dòng gồm: sequence (số thứ tự), stream (hồ sơ), revision (số hiệu trong hồ sơ), id, type và version (loại, phiên bản),
recordedAt (lúc ghi, UTC), data (nội dung, văn bản JSON) và meta (ai ghi, thay cho đơn vị nào). Giá trị cá nhân trong data
được mã hóa (AES-256-GCM) dưới "sealed"; khóa được giữ riêng, có thể đã bị hủy hợp pháp. Phần "open" đọc được ngay.

Kiểm tra các tệp:        sha256sum -c manifest-sha256.txt
Kiểm tra sau giải nén:   cd data/events && for f in *.gz; do zcat $f | sha256sum; done   (so với data/events-sha256.txt)
Đọc một hồ sơ:           zcat data/events/*.gz | grep person-<mã>
Kiểm tra toàn bộ cây:    chạy đoạn Python dưới đây trong thư mục của gói; phải in ra OK
Kiểm tra chữ ký:         data/checkpoint là C2SP signed note, chữ ký Ed25519 trên các dòng trước dòng trống, kể cả dấu
                         xuống dòng cuối; sau mã khóa 4 byte. Hãy so khóa công khai với bản đã được công bố ở nơi khác.

----------------------------------------------------------------------------------------------------------------------

PERSONNEL RECORDS OF CIVIL SERVANTS: ARCHIVE OF THE LOG

This bag holds every event of a records system, from the first one on. It is a bag of BagIt (RFC 8493), which any BagIt
tool validates. Nothing of the software that made it is needed to read it.

  data/events/*.jsonl.gz       the events in order of recording, one a line (JSON, UTF-8, packed with gzip)
  data/events-sha256.txt       SHA-256 of each of these files unpacked
  data/schemas/                JSON Schema of every event type and version used, with the fields' names
  data/catalogues/             the lists of codes and the units as they stood then (CSV)
  data/tiles/, data/checkpoint the Merkle tree (RFC 6962, C2SP tlog-tiles) over the events, and its signed state
  data/keys/                   public keys of whoever signed it

Each line has: sequence (1, 2, 3 ...), stream (the record), revision (0, 1, 2 ... in the record), id, type and version,
recordedAt (when it was recorded, UTC), data (what it says: JSON as text) and meta (who recorded it, for which unit). In
data, "open" is in clear; under "sealed" personal values are encrypted (AES-256-GCM), one text "h1.<key id>.<base64url>"
for each group of fields. Keys are kept apart, and may have been lawfully destroyed. A correction ("corrected") replaces
what its "target" said, a rescission ("rescinded") takes it out of force; nothing is ever removed.

Check the files:         sha256sum -c manifest-sha256.txt
... and unpacked:        cd data/events && for f in *.gz; do zcat $f | sha256sum; done   (see data/events-sha256.txt)
Read one record:         zcat data/events/*.gz | grep person-<id>
Check the whole tree:    run the Python below in the directory of the bag; it must print OK
Check the signature:     data/checkpoint is a C2SP signed note: Ed25519 over the lines before the empty line, with the
                         last newline; the base64 of the signature begins with 4 bytes that name the key. Compare the
                         public key with the one that was published elsewhere.

The tree: the leaf of an event is SHA-256 of a zero byte and this text, its two hashes hexadecimal, of the UTF-8 bytes:
  {"data":"<sha256 of data>","id":...,"meta":"<sha256 of meta>","recordedAt":...,"revision":...,"stream":...,"type":...,"version":...}
and a node is SHA-256 of a one byte, the left and the right hash (RFC 6962, 2.1).

--- 8< --- Python 3 ---------------------------------------------------------------------------------------------------
${PYTHON}--- >8 ---------------------------------------------------------------------------------------------------------------
`;
